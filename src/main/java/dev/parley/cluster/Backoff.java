package dev.parley.cluster;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * How long to wait before the next attempt: any time up to a bound that doubles with each failure,
 * so that the nodes do not all come back to a restarted Redis at once. One thread.
 */
final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(100);

  /** Redis is back for no longer than this before we are. */
  private static final Duration LONGEST = Duration.ofSeconds(2);

  private final CountDownLatch ended;
  private long bound = FIRST.toMillis();

  /**
   * @param ended ends the waiting
   */
  Backoff(CountDownLatch ended) {
    this.ended = ended;
  }

  /** It has worked. */
  void reset() {
    bound = FIRST.toMillis();
  }

  /** Waits; false when there is no next attempt. */
  boolean await() {
    try {
      long pause = ThreadLocalRandom.current().nextLong(1, bound + 1);
      bound = Math.min(LONGEST.toMillis(), bound * 2);
      return !ended.await(pause, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
