package dev.parley.delivery;

import static dev.parley.delivery.Messages.EPOCH;
import static dev.parley.delivery.Messages.ROOM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.StreamPosition;
import dev.parley.testkit.Await;
import org.junit.jupiter.api.Test;

/** A connection that does not read: caught up from the log, and not cut off. */
class SlowConsumerTest {
  /** Far more than its queue and the tail's memory together hold. */
  private static final int FLOOD = 5_000;

  private static final String[] SMALL_QUEUE = {
    "queue-high-water", "65536", "queue-low-water", "32768", "position-check", "PT0.05S"
  };

  @Test
  void whatItsQueueDidNotTakeComesFromTheLogInOrderAndWithoutAHole() {
    try (TestNode node = new TestNode(1, SMALL_QUEUE)) {
      TestClient slow = new TestClient(node);
      TestClient quick = new TestClient(node);
      JoinRequest begin = new JoinRequest(ROOM, new StreamPosition(EPOCH, 0), 0);
      slow.joined(begin);
      quick.joined(begin);
      slow.turn();
      slow.transport.hold();

      node.publish(ROOM, FLOOD);
      assertThat(quick.awaitOffset(ROOM, FLOOD).messages).isEqualTo(node.log.all(ROOM));
      awaitBehind(node);
      assertThat(node.gauge("parley.outbound.queue.bytes"))
          .as("what waits is bounded")
          .isLessThan(2 * 65_536.0);

      slow.transport.letGo();
      assertThat(slow.awaitOffset(ROOM, FLOOD).messages).isEqualTo(node.log.all(ROOM));
      // Mostly in one episode; the tail's short memory may have made another before it.
      Await.until("most of it was caught up", () -> caughtUp(slow) >= FLOOD - 2_000L);
      assertThat(caughtUp(slow)).isLessThanOrEqualTo(FLOOD);
      assertThat(node.gauge("parley.slow.consumers")).isZero();
      assertThat(slow.events.rest()).isEmpty();
    }
  }

  /**
   * Behind for the tail's short memory it may be earlier; it is filled up from the log then until
   * it holds more than the low-water mark at least.
   */
  private static void awaitBehind(TestNode node) {
    Await.until(
        "it is behind and its queue is not drained",
        () ->
            node.gauge("parley.slow.consumers") == 1
                && node.gauge("parley.outbound.queue.bytes") > 32_768);
  }

  private static long caughtUp(TestClient client) {
    return client.caughtUp.rest().stream().mapToLong(messages -> messages).sum();
  }

  @Test
  void oneThatNeverReadsAgainLeavesNothingBehind() {
    try (TestNode node = new TestNode(1, SMALL_QUEUE)) {
      TestClient slow = new TestClient(node);
      slow.joined(JoinRequest.live(ROOM));
      slow.turn();
      slow.transport.hold();
      node.publish(ROOM, FLOOD);
      awaitBehind(node);
      long before = caughtUp(slow);
      slow.subscriber.close();
      slow.turn();
      assertThat(node.gauge("parley.slow.consumers")).isZero();
      assertThat(node.gauge("parley.outbound.queue.bytes")).isZero();
      assertThat(caughtUp(slow)).isEqualTo(before);
      slow.transport.letGo();
    }
  }
}
