package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cluster.HintQueue.Hint;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.StreamPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What waits for Redis: in order, and never more than there is room for. */
class HintQueueTest {
  private static final long LONG = Duration.ofSeconds(20).toNanos();

  private final HintQueue queue = new HintQueue();

  @Test
  void whatWaitsIsTakenInOrderAndInPieces() throws InterruptedException {
    for (int i = 1; i <= 1000; i++) {
      assertThat(queue.offer(hint(i, ""))).isTrue();
    }
    List<Long> taken = new ArrayList<>();
    while (taken.size() < 1000) {
      List<Hint> piece = queue.take(LONG);
      assertThat(piece).hasSizeLessThan(1000);
      piece.forEach(hint -> taken.add(hint.envelope().position().offset()));
      assertThat(queue.isIdle()).isFalse();
    }
    assertThat(taken).isSorted();
    assertThat(queue.take(0)).isEmpty();
    assertThat(queue.isIdle()).isTrue();
  }

  @Test
  void thereIsRoomForSoManyAndNoMore() throws InterruptedException {
    for (int i = 0; i < HintQueue.MAX_COUNT; i++) {
      assertThat(queue.offer(hint(i, ""))).isTrue();
    }
    assertThat(queue.offer(hint(1, ""))).isFalse();
    assertThat(queue.take(LONG)).isNotEmpty();
    assertThat(queue.offer(hint(1, ""))).isTrue();
  }

  @Test
  void largeOnesFindRoomAgainWhenTheFirstAreTaken() throws InterruptedException {
    String large = "x".repeat(1 << 20);
    for (int i = 0; i < HintQueue.MAX_CHARACTERS >> 20; i++) {
      assertThat(queue.offer(hint(i, large))).isTrue();
    }
    assertThat(queue.offer(hint(1, "x"))).isFalse();
    assertThat(queue.take(LONG)).hasSize(1);
    assertThat(queue.offer(hint(1, large))).isTrue();
  }

  @Test
  void whoWaitsCanBeWoken() throws InterruptedException {
    queue.wake();
    assertThat(queue.take(LONG)).isEmpty();
  }

  private static Hint hint(long offset, String body) {
    ChannelKey channel = new ChannelKey(new OrgId("acme"), new ChannelName("room:a"));
    return new Hint(
        "topic", new Envelope(channel, new StreamPosition("e", offset), "message", 0, body));
  }
}
