package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.Background;
import dev.parley.testkit.HistoryChecker;
import dev.parley.testkit.HistoryChecker.Subscription;
import dev.parley.testkit.Pace;
import dev.parley.testkit.Person;
import dev.parley.testkit.Position;
import dev.parley.testkit.Publisher;
import dev.parley.testkit.Receipt;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Offsets are given in the order of commits, so that a reader can trust the highest one. */
class OffsetRaceIT extends WireTest {
  private static final int PUBLISHERS = 8;
  private static final int EACH = 150;
  private static final int TOTAL = PUBLISHERS * EACH;
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final String room = Tenant.room();

  @Test
  void aReaderWhoSeesAnOffsetHasEverythingBelowIt() {
    HistoryChecker checker = new HistoryChecker(room);
    Pace pace = new Pace(TOTAL);
    List<WsClient> sockets = new ArrayList<>();
    try (Background publishers = new Background();
        Background readers = new Background()) {
      for (int i = 0; i < PUBLISHERS; i++) {
        Publisher publisher = publisher("p" + i, i % 2 == 0, sockets, checker);
        publishers.run(() -> publisher.publish(EACH, pace));
      }
      Api reader = tenant.person("reader").api();
      readers.run(() -> readForward(reader, checker.subscriber("forward")));
      readers.run(() -> readForward(reader, checker.subscriber("forward too")));
      readers.run(() -> readNewest(reader));
      readers.run(() -> readNewest(reader));
      publishers.await(PATIENCE);
      readers.await(PATIENCE);
    } finally {
      sockets.forEach(WsClient::close);
    }
    assertThat(checker.assertValid().stored()).isEqualTo(TOTAL);
  }

  private Publisher publisher(
      String name, boolean overHttp, List<WsClient> sockets, HistoryChecker checker) {
    Person person = tenant.person(name);
    if (overHttp) {
      return Publisher.over(person.api(), room, name, checker);
    }
    WsClient socket = person.connect();
    sockets.add(socket);
    return Publisher.over(socket, room, name, checker);
  }

  /** Reads on from the last offset it has seen; a message that commits late would be a gap. */
  private void readForward(Api api, Subscription journal) {
    long last = 0;
    while (last < TOTAL) {
      for (JsonNode message : messages(api, "after=" + last + "&limit=100")) {
        Receipt receipt = Receipt.of(message);
        journal.received(receipt);
        last = receipt.position().offset();
      }
    }
  }

  /** Looks at the newest page: below its highest offset nothing may be missing. */
  private void readNewest(Api api) {
    long newest = 0;
    while (newest < TOTAL) {
      long expected = -1;
      for (JsonNode message : messages(api, "limit=50")) {
        long offset = Position.in(message).offset();
        if (expected < 0) {
          assertThat(offset).as("the newest never goes back").isGreaterThanOrEqualTo(newest);
          newest = offset;
        } else {
          assertThat(offset).as("below %d", newest).isEqualTo(expected);
        }
        expected = offset - 1;
      }
      assertThat(expected).as("the page ends early").isLessThanOrEqualTo(Math.max(0, newest - 50));
    }
  }

  private JsonNode messages(Api api, String query) {
    return api.history(room, query).expect(200).json().get("messages");
  }
}
