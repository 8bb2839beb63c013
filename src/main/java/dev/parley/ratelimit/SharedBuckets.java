package dev.parley.ratelimit;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.distributed.serialization.Mapper;
import io.github.bucket4j.redis.jedis.Bucket4jJedis;
import java.time.Duration;
import redis.clients.jedis.UnifiedJedis;

/** Buckets in Redis. They vanish when they are full again. Each call blocks. */
final class SharedBuckets implements AutoCloseable {
  /** Against clocks that differ between nodes. */
  private static final Duration KEPT = Duration.ofSeconds(10);

  private static final int RETRIES = 20;

  private final UnifiedJedis redis;
  private final String prefix;
  private final ProxyManager<String> buckets;

  /** Takes the client over. */
  SharedBuckets(UnifiedJedis redis, String prefix) {
    this.redis = redis;
    this.prefix = prefix;
    this.buckets =
        Bucket4jJedis.casBasedBuilder(redis)
            .keyMapper(Mapper.STRING)
            .expirationAfterWrite(
                ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(KEPT))
            .maxRetries(RETRIES)
            .build();
  }

  /** Takes so many, whether they are there or not; nanoseconds until they would have been. */
  long spend(String key, Rate rate, long count) {
    // The rate is part of the name, so that a bucket never has another one's rate.
    String name = prefix + "/limit/" + rate.tokens() + "-" + rate.burst() + "/" + key;
    BucketConfiguration configuration =
        BucketConfiguration.builder().addLimit(rate.bandwidth()).build();
    return buckets.getProxy(name, () -> configuration).consumeIgnoringRateLimits(count);
  }

  @Override
  public void close() {
    redis.close();
  }
}
