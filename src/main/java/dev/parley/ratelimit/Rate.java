package dev.parley.ratelimit;

import io.github.bucket4j.Bandwidth;
import java.time.Duration;

/**
 * So many at once, and so many more in each period.
 *
 * @param burst what a full bucket has
 * @param tokens what comes back in a period
 */
record Rate(long burst, long tokens, Duration period) {
  static Rate perSecond(long tokens, long burst) {
    return new Rate(burst, tokens, Duration.ofSeconds(1));
  }

  static Rate perMinute(long tokens, long burst) {
    return new Rate(burst, tokens, Duration.ofMinutes(1));
  }

  Bandwidth bandwidth() {
    return Bandwidth.builder().capacity(burst).refillGreedy(tokens, period).build();
  }

  /** After so long without use a bucket is full again; and a minute, as caches are not exact. */
  Duration remembered() {
    return period.multipliedBy(burst).dividedBy(tokens).plusMinutes(1);
  }
}
