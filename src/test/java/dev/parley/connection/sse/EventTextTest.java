package dev.parley.connection.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.SseEvent;
import dev.parley.testkit.SseParser;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventTextTest {
  private final List<SseEvent> events = new ArrayList<>();
  private final SseParser parser = new SseParser(events::add);

  private SseEvent read(EventText text) {
    parser.feed(ByteBuffer.wrap(text.bytes()));
    assertThat(events).hasSize(1);
    return events.get(0);
  }

  @Test
  void anEventIsWrittenAsTheStandardSays() {
    EventText text =
        new EventText().event("note").id("7").retry(3000).comment("c").data("größe").end();
    assertThat(new String(text.bytes(), StandardCharsets.UTF_8))
        .isEqualTo("event: note\nid: 7\nretry: 3000\n: c\ndata: größe\n\n");
  }

  @Test
  void whatIsNamedMessageNeedsNoName() {
    EventText text = new EventText().event("message").data("").end();
    assertThat(new String(text.bytes(), StandardCharsets.UTF_8)).isEqualTo("data:\n\n");
  }

  /** E-01. */
  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\r\nb", "a\rb", "\n\na", "a\n", " a", "id: 1\n\ndata: x"})
  void dataWithLineBreaksIsOneEvent(String data) {
    SseEvent event = read(new EventText().data(data).end());
    assertThat(event.data()).isEqualTo(data.replaceAll("\r\n?", "\n"));
    assertThat(event.name()).isEqualTo("message");
  }

  /** E-01. */
  @Test
  void namesAndIdsHaveOneLine() {
    SseEvent event =
        read(new EventText().event("a\ndata: x\r\n").id("1\r\revent: y").data("d").end());
    assertThat(event.name()).isEqualTo("adata: x");
    assertThat(event.lastEventId()).isEqualTo("1event: y");
    assertThat(event.data()).isEqualTo("d");
  }

  @Test
  void aCommentIsNoEventWhateverIsInIt() {
    parser.feed(ByteBuffer.wrap(new EventText().comment("a\n\ndata: x").end().bytes()));
    assertThat(events).isEmpty();
    assertThat(parser.comments()).isEqualTo(3);
  }
}
