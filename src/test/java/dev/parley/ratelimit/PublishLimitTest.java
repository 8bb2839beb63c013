package dev.parley.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.platform.FakeConfig;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishLimitTest {
  private static final OrgId ACME = new OrgId("acme");
  private static final UserId ANN = new UserId("ann");

  private final Time time = new Time();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final PublishLimit limit = limit(Map.of());

  /** A clock that stands still until it is moved. */
  private static final class Time implements TimeMeter {
    private long nanos = 42;

    void pass(Duration duration) {
      nanos += duration.toNanos();
    }

    @Override
    public long currentTimeNanos() {
      return nanos;
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }
  }

  private PublishLimit limit(Map<String, String> properties) {
    PublishLimit made = new PublishLimit();
    made.rates = new RateLimitSettings(FakeConfig.settings(properties));
    made.shared = new SharedAllowance();
    made.refusals = TestRefusals.in(registry);
    made.time = time;
    return made;
  }

  @Test
  void aPersonMayPublishTwentyAtOnceAndThenTenASecond() {
    assertThat(accepted(limit, 30)).isEqualTo(20);
    time.pass(Duration.ofMillis(99));
    assertThat(accepted(limit, 5)).isZero();
    time.pass(Duration.ofMillis(1));
    assertThat(accepted(limit, 5)).isEqualTo(1);
    time.pass(Duration.ofSeconds(1));
    assertThat(accepted(limit, 30)).isEqualTo(10);
    time.pass(Duration.ofDays(1));
    assertThat(accepted(limit, 30)).isEqualTo(20);
  }

  @Test
  void anApplicationMayPublishFarMore() {
    int accepted = 0;
    while (isAccepted(limit, ACME, ANN, true)) {
      accepted++;
    }
    assertThat(accepted).isEqualTo(2000);
  }

  @Test
  void theRefusalSaysWhenToTryAgain() {
    accepted(limit, 20);
    CommandRejected rejected = refusal();
    assertThat(rejected.code()).isEqualTo(ErrorCode.RATE_LIMITED);
    assertThat(rejected.retryAfterMs()).isBetween(100L, 101L);
    time.pass(Duration.ofMillis(60));
    assertThat(refusal().retryAfterMs()).isBetween(40L, 41L);
    time.pass(Duration.ofMillis(refusal().retryAfterMs()));
    assertThat(accepted(limit, 1)).isEqualTo(1);
  }

  private CommandRejected refusal() {
    try {
      limit.take(ACME, ANN, false);
    } catch (CommandRejected e) {
      return e;
    }
    throw new AssertionError("was not refused");
  }

  @Test
  void whatIsRefusedCostsNothing() {
    accepted(limit, 1000);
    time.pass(Duration.ofSeconds(1));
    assertThat(accepted(limit, 1000)).isEqualTo(10);
  }

  @Test
  void refusalsAreCounted() {
    accepted(limit, 25);
    assertThat(registry.counter("parley.rate.limited", "limit", "publish").count()).isEqualTo(5);
  }

  @Test
  void usersOfOneTenantAndNamesakesOfTwoHaveTheirOwnAllowance() {
    accepted(limit, 20);
    assertThat(isAccepted(limit, ACME, new UserId("bob"), false)).isTrue();
    assertThat(isAccepted(limit, new OrgId("other"), ANN, false)).isTrue();
    assertThat(isAccepted(limit, ACME, ANN, false)).isFalse();
  }

  @Test
  void whoIsNoLongerAnApplicationHasAPersonsAllowance() {
    assertThat(isAccepted(limit, ACME, ANN, true)).isTrue();
    assertThat(accepted(limit, 100)).isEqualTo(20);
  }

  @Test
  void aSlowlyFilledBucketIsNotFullBeforeItsTime() {
    PublishLimit slow =
        limit(
            Map.of(
                "parley.ratelimit.publish-per-second", "1",
                "parley.ratelimit.publish-burst", "600"));
    assertThat(accepted(slow, 1000)).isEqualTo(600);
    for (int minute = 1; minute < 10; minute++) {
      time.pass(Duration.ofMinutes(1));
      assertThat(accepted(slow, 1000)).isEqualTo(60);
    }
    time.pass(Duration.ofMinutes(5));
    assertThat(accepted(slow, 1000)).isEqualTo(300);
  }

  @Property
  void nobodyEverPublishesMoreThanTheBurstAndTheRateAllow(
      @ForAll @Size(max = 50) List<@IntRange(max = 3000) Integer> pauses) {
    PublishLimit fresh = limit(Map.of());
    long begin = time.currentTimeNanos();
    long total = 0;
    for (int pause : pauses) {
      time.pass(Duration.ofMillis(pause));
      total += accepted(fresh, 25);
      long elapsed = TimeUnit.NANOSECONDS.toMillis(time.currentTimeNanos() - begin);
      assertThat(total).isLessThanOrEqualTo(20 + elapsed * 10 / 1000);
    }
  }

  @Test
  void manyThreadsOfOneUserShareOneAllowance() throws Exception {
    AtomicInteger accepted = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    for (int i = 0; i < 200; i++) {
      threads.execute(() -> accepted.addAndGet(accepted(limit, 1)));
    }
    threads.shutdown();
    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(accepted).hasValue(20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"publish-per-second", "publish-burst", "publisher-per-second", "publisher-burst"})
  void anAllowanceOfNothingNamesItsKey(String option) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> limit(Map.of("parley.ratelimit." + option, "0")))
        .withMessageContaining("parley.ratelimit." + option);
  }

  private static int accepted(PublishLimit limit, int attempts) {
    int accepted = 0;
    for (int i = 0; i < attempts; i++) {
      accepted += isAccepted(limit, ACME, ANN, false) ? 1 : 0;
    }
    return accepted;
  }

  private static boolean isAccepted(PublishLimit limit, OrgId org, UserId user, boolean app) {
    try {
      limit.take(org, user, app);
      return true;
    } catch (CommandRejected e) {
      return false;
    }
  }
}
