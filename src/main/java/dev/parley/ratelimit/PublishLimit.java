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
 * <p>A bucket that has not been used for a minute is full again, so forgetting it changes nothing;
 * that also bounds their number.
 */
@ApplicationScoped
public class PublishLimit {
  /** More users than a node has connections; each bucket takes about 200 bytes. */
  private static final int MAX_BUCKETS = 100_000;

  @Inject Settings settings;
  @Inject MeterRegistry registry;

  private final Cache<String, Bucket> buckets =
      Caffeine.newBuilder()
          .maximumSize(MAX_BUCKETS)
          .expireAfterAccess(Duration.ofMinutes(1))
          .build();

  private Bandwidth person = bandwidth(10, 20);
  private Bandwidth application = bandwidth(1000, 2000);

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
    Bandwidth limit = isApplication ? application : person;
    Bucket bucket =
        buckets.get(
            org.value() + '\n' + user.value(), key -> Bucket.builder().addLimit(limit).build());
    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
    if (!probe.isConsumed()) {
      registry.counter("parley.rate.limited", "limit", "publish").increment();
      throw new CommandRejected(
          ErrorCode.RATE_LIMITED,
          "publishing too fast",
          1 + TimeUnit.NANOSECONDS.toMillis(probe.getNanosToWaitForRefill()),
          null);
    }
  }
}
