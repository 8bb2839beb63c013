package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.cluster.Envelope;
import dev.parley.message.ReceiptReader.Moved;
import dev.parley.platform.BlockingCalls;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.ServerFrame.Receipt;
import dev.parley.protocol.UserRef;
import dev.parley.testkit.Json;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * What was not heard is found, and told once. Seen to fail when what was heard is not noted, when
 * what is found is not noted, and when it is not asked whether somebody hears it here.
 */
class LostReceiptsTest {
  private static final ChannelKey ROOM = Appends.channel("acme", "room:a");
  private static final ChannelKey PAIR = Appends.channel("acme", "direct:ann~~bob");
  private static final ChannelKey ANNS = Appends.channel("acme", "user:ann");

  private final List<Moved> moved = new ArrayList<>();
  private final LostReceipts receipts = new LostReceipts();

  LostReceiptsTest() {
    receipts.clock = Clock.systemUTC();
    receipts.calls =
        new BlockingCalls() {
          @Override
          public <T> CompletableFuture<T> call(Supplier<T> call) {
            return CompletableFuture.completedFuture(call.get());
          }
        };
    receipts.reader =
        new ReceiptReader() {
          @Override
          public List<Moved> movedSince(Instant since, int steps) {
            return List.copyOf(moved);
          }

          @Override
          public UnreadCounts.Unread unread(ChannelKey channel, String user) {
            return new UnreadCounts.Unread(7, 9);
          }
        };
  }

  private List<JsonNode> find(ChannelKey... open) {
    List<ChannelKey> all = List.of(open);
    return receipts.find(all::contains).join().stream()
        .map(envelope -> Json.parse(envelope.body()))
        .toList();
  }

  private void hear(ChannelKey where, ChannelKey about, long delivered, long read) {
    Receipt receipt =
        new Receipt(about.name(), new UserRef("ann", null), delivered, read, null, null);
    receipts.heard(new Envelope(where, null, "receipt", 0, JsonWriter.push(receipt)));
  }

  @Test
  void whatWasNotHeardIsToldOnceToTheChannelAndToThePerson() {
    moved.add(new Moved(ROOM, "ann", 5, 4));
    List<JsonNode> found = find(ROOM, ANNS);
    assertThat(found).hasSize(2);
    assertThat(found.get(0).has("unread")).isFalse();
    assertThat(found.get(0).get("delivered").asLong()).isEqualTo(5);
    assertThat(found.get(1).get("unread").asLong()).isEqualTo(7);
    assertThat(found.get(1).get("asOf").asLong()).isEqualTo(9);
    assertThat(find(ROOM, ANNS)).isEmpty();
    moved.set(0, new Moved(ROOM, "ann", 5, 5));
    assertThat(find(ROOM, ANNS)).hasSize(2);
  }

  @Test
  void whatWasHeardIsNotToldAgain() {
    moved.add(new Moved(ROOM, "ann", 5, 4));
    hear(ROOM, ROOM, 5, 0);
    hear(ROOM, ROOM, 0, 4);
    assertThat(find(ROOM)).isEmpty();
    hear(ANNS, ROOM, 5, 3);
    assertThat(find(ROOM, ANNS)).hasSize(1);
  }

  @Test
  void whatNobodyHearsIsNotToldUntilSomebodyDoes() {
    moved.add(new Moved(ROOM, "ann", 5, 4));
    assertThat(find()).isEmpty();
    assertThat(find(ROOM)).hasSize(1);
  }

  @Test
  void aDirectConversationIsToldUnderTheNameThatThePersonKnows() {
    moved.add(new Moved(PAIR, "ann", 5, 4));
    assertThat(find(ANNS).get(0).get("channel").asText()).isEqualTo("direct:bob");
    moved.set(0, new Moved(PAIR, "bob", 5, 4));
    assertThat(find(Appends.channel("acme", "user:bob")).get(0).get("channel").asText())
        .isEqualTo("direct:ann");
    moved.set(0, new Moved(Appends.channel("acme", "direct:~~hash"), "ann", 5, 4));
    assertThat(find(ANNS)).isEmpty();
  }
}
