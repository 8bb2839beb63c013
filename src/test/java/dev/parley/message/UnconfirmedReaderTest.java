package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.ChannelName;
import dev.parley.protocol.EventName;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.ServerFrame.MessagePush;
import dev.parley.protocol.StreamPosition;
import dev.parley.protocol.UserRef;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How much is presented again at once. */
class UnconfirmedReaderTest {
  private static MessagePush message(int letters) {
    return new MessagePush(
        new ChannelName("room:a"),
        new StreamPosition("epoch", 1),
        new MessageId(new UUID(0, letters)),
        EventName.MESSAGE,
        new JsonText('"' + "\u00e9".repeat(letters) + '"'),
        new UserRef("ann", null),
        Instant.EPOCH);
  }

  private static List<MessagePush> messages(int count, int letters) {
    return IntStream.range(0, count).mapToObj(i -> message(letters)).toList();
  }

  @Test
  void whatIsSmallComesTogether() {
    List<MessagePush> all = messages(100, 1000);
    assertThat(UnconfirmedReader.fitting(all)).isEqualTo(all);
    assertThat(UnconfirmedReader.fitting(List.of())).isEmpty();
  }

  /** Bytes and not characters: each of these letters has two. */
  @Test
  void theOldestComeAndTheRestLater() {
    List<MessagePush> all = messages(10, 50_000);
    assertThat(UnconfirmedReader.fitting(all)).isEqualTo(all.subList(0, 2));
  }

  @Test
  void oneComesWhateverItsSize() {
    MessagePush huge = message(200_000);
    List<MessagePush> all = Stream.concat(Stream.of(huge), messages(3, 1).stream()).toList();
    assertThat(UnconfirmedReader.fitting(all)).containsExactly(huge);
  }
}
