package dev.parley.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
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
 * How many messages a user may publish: a token bucket for each user, and a larger one for business
 * applications, which publish for many. Any thread; never blocks.
 *
 * <p>A bucket is forgotten when it has been left alone for so long that it is full again, so
 * forgetting it changes nothing and bounds their number.
 */
@ApplicationScoped
public class PublishLimit {
  /** More users than a node has connections; each bucket takes about 200 bytes. */
  private static final int MAX_BUCKETS = 100_000;

  @Inject Settings settings;
  @Inject MeterRegistry registry;

  /** Not the wall clock, which may be set back. */
  TimeMeter time = TimeMeter.SYSTEM_NANOTIME;

  private Bandwidth person = bandwidth(10, 20);
  private Bandwidth application = bandwidth(1000, 2000);

  private final Cache<Publisher, Bucket> buckets =
      Caffeine.newBuilder()
          .maximumSize(MAX_BUCKETS)
          .expireAfter(Expiry.accessing((Publisher key, Bucket bucket) -> remembered(limit(key))))
          .ticker(() -> time.currentTimeNanos())
          .build();

  private record Publisher(OrgId org, UserId user, boolean isApplication) {}

  @PostConstruct
  void read() {
    // 10 a second is more than a person types; 20 at once lets an offline queue drain.
    person =
        bandwidth(
            settings.integer("parley.ratelimit.publish-per-second", 10, 1, 1_000_000),
            settings.integer("parley.ratelimit.publish-burst", 20, 1, 1_000_000));
    application =
        bandwidth(
            settings.integer("parley.ratelimit.publisher-per-second", 1000, 1, 1_000_000),
            settings.integer("parley.ratelimit.publisher-burst", 2000, 1, 1_000_000));
  }

  private static Bandwidth bandwidth(int perSecond, int burst) {
    return Bandwidth.builder()
        .capacity(burst)
        .refillGreedy(perSecond, Duration.ofSeconds(1))
        .build();
  }

  /**
   * Takes one message from a user's allowance.
   *
   * @param isApplication whether the user is a business application
   * @throws CommandRejected with {@code rate_limited} and the time until there is one again
   */
  public void take(OrgId org, UserId user, boolean isApplication) {
    take(org, user, isApplication, 1);
  }

  /**
   * Takes many messages, or none; as many as the allowance ever holds count for all that are more.
   *
   * @param messages at least 1
   * @throws CommandRejected with {@code rate_limited} and the time until there are so many again
   */
  public void take(OrgId org, UserId user, boolean isApplication, int messages) {
    Publisher publisher = new Publisher(org, user, isApplication);
    Bucket bucket = buckets.get(publisher, this::full);
    // Otherwise a list that is longer than the allowance would never be accepted.
    long tokens = Math.min(messages, limit(publisher).getCapacity());
    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(tokens);
    if (!probe.isConsumed()) {
      registry.counter("parley.rate.limited", "limit", "publish").increment();
      throw new CommandRejected(
          ErrorCode.RATE_LIMITED,
          "publishing too fast",
          1 + TimeUnit.NANOSECONDS.toMillis(probe.getNanosToWaitForRefill()),
          null);
    }
  }

  private Bucket full(Publisher publisher) {
    return Bucket.builder().withCustomTimePrecision(time).addLimit(limit(publisher)).build();
  }

  private Bandwidth limit(Publisher publisher) {
    return publisher.isApplication ? application : person;
  }

  /** Until it is full again; and a minute, because the cache is not exact to the second. */
  private static Duration remembered(Bandwidth limit) {
    return Duration.ofNanos(limit.getRefillPeriodNanos())
        .multipliedBy(limit.getCapacity())
        .dividedBy(limit.getRefillTokens())
        .plusMinutes(1);
  }
}
