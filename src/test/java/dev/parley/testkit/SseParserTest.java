package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** After the web platform's tests {@code eventsource/format-*}. */
class SseParserTest {
  private final List<SseEvent> events = new ArrayList<>();
  private final SseParser parser = new SseParser(events::add);

  private void feed(String text) {
    parser.feed(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void oneByteOrderMarkIsSkippedAndASecondIsNot() {
    feed("\uFEFFdata:1\n\n\uFEFFdata:2\n\ndata:3\n\n");
    assertThat(events).extracting(SseEvent::data).containsExactly("1", "3");
  }

  @Test
  void allThreeLineEndingsEndALineEvenWhenCutBetweenChunks() {
    feed("data:1\r");
    feed("\ndata:2\rdata:3\n");
    assertThat(events).isEmpty();
    feed("\r\n");
    assertThat(events).extracting(SseEvent::data).containsExactly("1\n2\n3");
  }

  @Test
  void aCharacterCutBetweenChunksStaysWhole() {
    byte[] bytes = "data:é\n\n".getBytes(StandardCharsets.UTF_8);
    parser.feed(ByteBuffer.wrap(bytes, 0, 6));
    parser.feed(ByteBuffer.wrap(bytes, 6, bytes.length - 6));
    assertThat(events).extracting(SseEvent::data).containsExactly("é");
  }

  @Test
  void commentsAreCountedAndNotDelivered() {
    feed(":\n: keep-alive\ndata:1\n:x\n\n");
    assertThat(events).extracting(SseEvent::data).containsExactly("1");
    assertThat(parser.comments()).isEqualTo(3);
  }

  @Test
  void oneSpaceBehindTheColonIsRemoved() {
    feed("data:  two\ndata\ndata:\n\n");
    assertThat(events).extracting(SseEvent::data).containsExactly(" two\n\n");
  }

  @Test
  void anIdStaysUntilAnotherComesAndAnEmptyOneResetsIt() {
    feed("id: 7\ndata:1\n\ndata:2\n\nid\ndata:3\n\nid:a\0b\ndata:4\n\n");
    assertThat(events).extracting(SseEvent::lastEventId).containsExactly("7", "7", "", "");
  }

  @Test
  void anIdWithoutDataMovesThePositionWithoutAnEvent() {
    feed("id:9\nevent:x\n\ndata:1\n\n");
    assertThat(events).containsExactly(new SseEvent("message", "1", "9"));
  }

  @Test
  void anEventThatIsNotFinishedIsDroppedWithItsId() {
    feed("id:1\ndata:1\n\nid:2\ndata:2\n");
    assertThat(events).extracting(SseEvent::data).containsExactly("1");
    assertThat(parser.lastEventId()).isEqualTo("1");
  }

  @Test
  void retryTakesDigitsOnly() {
    feed("retry:3000\nretry:1x\nretry:-5\nretry:\n\n");
    assertThat(parser.retryMs()).isEqualTo(3000);
  }

  @Test
  void unknownFieldsAndNamesWithSpacesAreIgnored() {
    feed(" data:no\nDATA:no\ndata :no\nevent:named\ndata:yes\n\n");
    assertThat(events).containsExactly(new SseEvent("named", "yes", ""));
  }
}
