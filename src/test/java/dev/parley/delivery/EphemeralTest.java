package dev.parley.delivery;

import static dev.parley.delivery.Messages.LIVE;
import static dev.parley.delivery.Messages.ROOM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cluster.Envelope;
import dev.parley.protocol.StreamPosition;
import dev.parley.testkit.Await;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A channel that stores nothing. */
class EphemeralTest {
  private static final String[] SMALL_QUEUE = {
    "queue-high-water", "65536", "queue-low-water", "32768", "position-check", "PT0.01S"
  };

  private static void publish(TestNode node, int from, int to) {
    for (int i = from; i <= to; i++) {
      node.bus.announce(new Envelope(LIVE, null, "message", 0, data(i)));
    }
  }

  private static String data(int number) {
    return "{\"type\":\"message\",\"data\":" + number + "}";
  }

  private static List<String> messages(List<OutboundFrame> frames) {
    return frames.stream()
        .filter(frame -> frame.message() != null)
        .map(OutboundFrame::json)
        .toList();
  }

  private static List<String> awaitMessage(TestClient client, int number) {
    return messages(
        client.transport.await(
            "message " + number,
            all -> all.stream().anyMatch(frame -> frame.json().equals(data(number)))));
  }

  @Test
  void itsMessagesReachWhoIsThereInOrderAndHaveNoPosition() {
    try (TestNode node = new TestNode(1)) {
      TestClient client = new TestClient(node);
      publish(node, 1, 3);
      Joined joined = client.joined(new JoinRequest(LIVE, null, 10));
      assertThat(joined.position()).isNull();
      assertThat(joined.messages()).isEmpty();
      assertThat(joined.recovered()).isFalse();
      assertThat(joined.wasRecovering()).isFalse();
      publish(node, 4, 200);
      assertThat(awaitMessage(client, 200))
          .hasSize(197)
          .startsWith(data(4), data(5))
          .isEqualTo(IntStream.rangeClosed(4, 200).mapToObj(EphemeralTest::data).toList());
      assertThat(client.transport.frames())
          .filteredOn(frame -> frame.message() != null)
          .allMatch(frame -> frame.message().position() == null);
    }
  }

  @Test
  void whoSaysWhereItStoodIsToldThatNothingCanBeRecovered() {
    try (TestNode node = new TestNode(1)) {
      TestClient client = new TestClient(node);
      Joined joined = client.joined(new JoinRequest(LIVE, new StreamPosition("e", 7), 0));
      assertThat(joined.wasRecovering()).isTrue();
      assertThat(joined.recovered()).isFalse();
      assertThat(joined.position()).isNull();
    }
  }

  @Test
  void whoJoinsAgainGoesOnWhereItWas() {
    try (TestNode node = new TestNode(1)) {
      TestClient client = new TestClient(node);
      client.joined(JoinRequest.live(LIVE));
      for (int i = 1; i <= 100; i++) {
        publish(node, i, i);
        client.joined(JoinRequest.live(LIVE));
      }
      assertThat(awaitMessage(client, 100)).hasSize(100).doesNotHaveDuplicates();
    }
  }

  /** Dropped, counted, never behind; the durable channel beside it loses nothing. */
  @Test
  void whatASlowConnectionCannotTakeIsDroppedAndNotCaughtUp() {
    try (TestNode node = new TestNode(1, SMALL_QUEUE)) {
      TestClient slow = new TestClient(node);
      TestClient quick = new TestClient(node);
      quick.joined(JoinRequest.live(LIVE));
      slow.joined(JoinRequest.live(LIVE));
      slow.joined(JoinRequest.live(ROOM));
      slow.turn();
      slow.transport.hold();
      for (int i = 0; i < 5_000; i += 500) {
        publish(node, i + 1, i + 500);
        assertThat(awaitMessage(quick, i + 500)).hasSize(i + 500);
      }
      slow.turn();
      slow.turn();
      assertThat(node.gauge("parley.slow.consumers")).isZero();
      assertThat(node.gauge("parley.outbound.queue.bytes")).isBetween(65_536.0, 65_636.0);

      node.publish(ROOM, 10);
      slow.transport.letGo();
      assertThat(slow.awaitOffset(ROOM, 10).messages).isEqualTo(node.log.all(ROOM));
      publish(node, 5_001, 5_001);
      int kept = awaitMessage(slow, 5_001).size() - 10;
      assertThat(kept).isBetween(650, 1_400);
      double dropped = node.registry.get("parley.dropped").tag("lane", "normal").counter().count();
      assertThat(dropped).isEqualTo(5_001.0 - kept);
      assertThat(slow.events.rest()).isEmpty();
    }
  }

  /** Seen to fail when the tail, finding its memory too short, goes on at its end. */
  @Test
  void aBurstThatNoDispatcherCanFollowIsDeliveredFromItsEnd() {
    try (TestNode node = new TestNode(1)) {
      TestClient client = new TestClient(node);
      client.joined(JoinRequest.live(LIVE));
      // In one turn, so that the dispatcher cannot deliver meanwhile.
      client.subscriber.execute(() -> publish(node, 1, 5_000));
      List<String> got = awaitMessage(client, 5_000);
      assertThat(got).hasSizeGreaterThanOrEqualTo(600).endsWith(data(4_999), data(5_000));
      double dropped = node.registry.get("parley.dropped").tag("lane", "normal").counter().count();
      assertThat(dropped).isEqualTo(5_000.0 - got.size());
    }
  }

  @Test
  void itIsNotComparedWithALogAndLeavesNoTraceInIt() {
    try (TestNode node = new TestNode(1, SMALL_QUEUE)) {
      TestClient client = new TestClient(node);
      client.joined(JoinRequest.live(LIVE));
      publish(node, 1, 1);
      assertThat(awaitMessage(client, 1)).hasSize(1);
      // The bus may say that it has lost something: there is nothing to look for.
      node.bus.beDeaf(true);
      publish(node, 2, 2);
      node.bus.beDeaf(false);
      publish(node, 3, 3);
      assertThat(awaitMessage(client, 3)).containsExactly(data(1), data(3));
      assertThat(client.leave(LIVE)).isTrue();
      Await.until("nothing waits", () -> node.gauge("parley.outbound.queue.bytes") == 0);
      assertThat(node.registry.find("parley.gaps.repaired").counter()).isNull();
    }
  }
}
