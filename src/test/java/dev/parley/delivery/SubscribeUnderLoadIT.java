package dev.parley.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Background;
import dev.parley.testkit.Chaos;
import dev.parley.testkit.Person;
import dev.parley.testkit.Position;
import dev.parley.testkit.Recorder;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** O-06: subscriptions that begin, end and begin again while messages flow. */
class SubscribeUnderLoadIT extends WireTest {
  private static final int ROUNDS = Chaos.count(100, 1000);
  private static final int PUSHES = 5;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final String room = Tenant.room();
  private final Recorder<JsonNode> heard = new Recorder<>();
  private final AtomicBoolean over = new AtomicBoolean();
  private final Background background = new Background();
  private WsClient publisher;
  private WsClient reader;

  @BeforeEach
  void messagesFlow() {
    Person ann = tenant.person("ann");
    Person bob = tenant.person("bob");
    publisher = ann.connect();
    // Everything about the room in the order in which it came, replies and pushes alike.
    reader =
        bob.ws()
            .tap(
                frame -> {
                  if (frame.path("channel").asText().equals(room)) {
                    heard.record(frame);
                  }
                })
            .open();
    reader.awaitPush("connected");
    publisher.publishMany(room, 1);
    background.run(
        () -> {
          while (!over.get()) {
            publisher.publishMany(room, 10);
          }
        });
  }

  @AfterEach
  void theFlowEnds() {
    over.set(true);
    background.await(PATIENCE);
    background.close();
    publisher.close();
    reader.close();
  }

  @Test
  void theReplyComesBeforeTheFirstPushAndEverythingBehindItFollows() {
    for (int i = 0; i < ROUNDS; i++) {
      reader.command("subscribe", "channel", room);
      JsonNode reply = next();
      assertThat(reply.get("type").asText()).isEqualTo("subscribed");
      long last = contiguousFrom(reply.get("offset").asLong());
      reader.command("unsubscribe", "channel", room);
      lastBefore("unsubscribed", last);
    }
  }

  @Test
  void aRecoveryAndTheLiveStreamMeetWithoutGapOrDuplicate() {
    reader.command("subscribe", "channel", room);
    Position position = Position.in(next());
    for (int i = 0; i < ROUNDS; i++) {
      position = position.at(contiguousFrom(position.offset()));
      reader.command("unsubscribe", "channel", room);
      position = position.at(lastBefore("unsubscribed", position.offset()));
      reader.command("subscribe", "channel", room, "recover", position.json());
      JsonNode reply = next();
      assertThat(reply.get("recovered").asBoolean()).isTrue();
      long last = position.offset();
      for (JsonNode message : reply.get("messages")) {
        assertThat(message.get("offset").asLong()).isEqualTo(++last);
      }
      assertThat(reply.get("offset").asLong()).isEqualTo(last);
      position = position.at(last);
    }
  }

  @Test
  void subscribingAgainLosesNothing() {
    reader.command("subscribe", "channel", room);
    long last = next().get("offset").asLong();
    for (int i = 0; i < ROUNDS; i++) {
      var unused = reader.commandAsync("subscribe", "channel", room);
      for (int seen = 0; seen < PUSHES; ) {
        JsonNode frame = next();
        if (frame.get("type").asText().equals("subscribed")) {
          for (JsonNode message : frame.get("messages")) {
            assertThat(message.get("offset").asLong()).isEqualTo(++last);
          }
          assertThat(frame.get("offset").asLong()).as("where it goes on").isEqualTo(last);
        } else {
          assertThat(frame.get("offset").asLong()).isEqualTo(++last);
          seen++;
        }
      }
    }
  }

  @Test
  void aPositionThatTheServerHasGivenIsAlwaysRecoverable() {
    reader.command("subscribe", "channel", room);
    reader.command("unsubscribe", "channel", room);
    for (int i = 0; i < ROUNDS; i++) {
      // The answer to a publish and the newest page of the history know of the newest message.
      Position stored =
          Position.in(
              i % 2 == 0
                  ? reader.command("publish", "channel", room, "data", "mine")
                  : reader.command("history", "channel", room, "limit", 1).get("messages").get(0));
      JsonNode reply = reader.command("subscribe", "channel", room, "recover", stored.json());
      assertThat(reply.get("recovered").asBoolean()).as("from %s: %s", stored, reply).isTrue();
      reader.command("unsubscribe", "channel", room);
    }
  }

  private JsonNode next() {
    return heard.await("a frame of " + room, frame -> true);
  }

  /** The next pushes follow this offset; returns the last of them. */
  private long contiguousFrom(long offset) {
    long last = offset;
    for (int i = 0; i < PUSHES; i++) {
      JsonNode message = next();
      assertThat(message.get("type").asText()).isEqualTo("message");
      assertThat(message.get("offset").asLong()).isEqualTo(++last);
    }
    return last;
  }

  /** Takes the pushes that come before the reply; they follow the offset. */
  private long lastBefore(String type, long offset) {
    long last = offset;
    for (JsonNode frame = next(); !frame.get("type").asText().equals(type); frame = next()) {
      assertThat(frame.get("offset").asLong()).isEqualTo(++last);
    }
    return last;
  }
}
