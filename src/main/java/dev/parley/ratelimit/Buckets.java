package dev.parley.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.TokensInheritanceStrategy;
import org.jspecify.annotations.Nullable;

/**
 * A token bucket for each key, on this node. Any thread; never blocks.
 *
 * <p>A bucket is forgotten when it has been left alone for so long that it is full again, so
 * forgetting it changes nothing and bounds their number.
 */
final class Buckets<K> {
  /** More users than a node has connections; each bucket takes about 200 bytes. */
  private static final int MAX_BUCKETS = 100_000;

  private final TimeMeter time;
  private final Cache<K, Held> buckets;

  private record Held(Bucket bucket, Rate rate) {}

  /**
   * @param time not the wall clock, which may be set back
   */
  Buckets(TimeMeter time) {
    this.time = time;
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(MAX_BUCKETS)
            .expireAfter(Expiry.accessing((K key, Held held) -> held.rate.remembered()))
            .ticker(time::currentTimeNanos)
            .build();
  }

  /** Takes one; nanoseconds until there is one when there is none, else zero. */
  long take(K key, Rate rate) {
    return take(key, rate, 1);
  }

  /** Takes so many, or none; nanoseconds until there are so many, else zero. */
  long take(K key, Rate rate, long tokens) {
    Held held = buckets.get(key, any -> full(time, rate));
    if (!held.rate.equals(rate)) {
      held = buckets.asMap().compute(key, (any, known) -> changed(known, rate));
    }
    return take(held.bucket, tokens);
  }

  /** What the same person has left is kept in proportion when a new token says another rate. */
  private Held changed(@Nullable Held known, Rate rate) {
    if (known == null) {
      return full(time, rate);
    }
    if (!known.rate.equals(rate)) {
      known.bucket.replaceConfiguration(
          BucketConfiguration.builder().addLimit(rate.bandwidth()).build(),
          TokensInheritanceStrategy.PROPORTIONALLY);
    }
    return new Held(known.bucket, rate);
  }

  private static Held full(TimeMeter time, Rate rate) {
    return new Held(bucket(time, rate), rate);
  }

  /** A full bucket. */
  static Bucket bucket(TimeMeter time, Rate rate) {
    return Bucket.builder().withCustomTimePrecision(time).addLimit(rate.bandwidth()).build();
  }

  /** Takes one; nanoseconds until there is one when there is none, else zero. */
  static long take(Bucket bucket) {
    return take(bucket, 1);
  }

  private static long take(Bucket bucket, long tokens) {
    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(tokens);
    return probe.isConsumed() ? 0 : Math.max(1, probe.getNanosToWaitForRefill());
  }
}
