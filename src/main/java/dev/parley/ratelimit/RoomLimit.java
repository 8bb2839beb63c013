package dev.parley.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.parley.platform.Settings;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How many rooms a user may bring into being by using them: reading takes nothing from the
 * allowance for messages, and each such room stays for good. Any thread; never blocks.
 *
 * <p>A bucket is forgotten when it has been left alone for so long that it is full again, so
 * forgetting it changes nothing and bounds their number.
 */
@ApplicationScoped
public class RoomLimit {
  /** More users than a node has connections; each bucket takes about 200 bytes. */
  private static final int MAX_BUCKETS = 100_000;

  @Inject Settings settings;
  @Inject MeterRegistry registry;

  /** Not the wall clock, which may be set back. */
  TimeMeter time = TimeMeter.SYSTEM_NANOTIME;

  private int perMinute = 60;
  private int burst = 128;
  private Cache<Creator, Bucket> buckets = buckets();

  private record Creator(OrgId org, UserId user) {}

  @PostConstruct
  void read() {
    // A connection has 128 channels, which may all be new; one a second is more than a person
    // opens.
    perMinute = settings.integer("parley.ratelimit.rooms-per-minute", 60, 1, 1_000_000);
    burst = settings.integer("parley.ratelimit.rooms-burst", 128, 1, 1_000_000);
    buckets = buckets();
  }

  /** Until one is full again; and a minute, because the cache is not exact to the second. */
  private Cache<Creator, Bucket> buckets() {
    return Caffeine.newBuilder()
        .maximumSize(MAX_BUCKETS)
        .expireAfterAccess(Duration.ofMinutes(2 + burst / perMinute))
        .ticker(() -> time.currentTimeNanos())
        .build();
  }

  /**
   * Takes one room from a user's allowance.
   *
   * @throws CommandRejected with {@code rate_limited} and the time until there is one again
   */
  public void take(OrgId org, UserId user) {
    Bucket bucket = buckets.get(new Creator(org, user), this::full);
    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
    if (!probe.isConsumed()) {
      registry.counter("parley.rate.limited", "limit", "rooms").increment();
      throw new CommandRejected(
          ErrorCode.RATE_LIMITED,
          "opening new rooms too fast",
          1 + TimeUnit.NANOSECONDS.toMillis(probe.getNanosToWaitForRefill()),
          null);
    }
  }

  private Bucket full(Creator creator) {
    Bandwidth limit =
        Bandwidth.builder().capacity(burst).refillGreedy(perMinute, Duration.ofMinutes(1)).build();
    return Bucket.builder().withCustomTimePrecision(time).addLimit(limit).build();
  }
}
