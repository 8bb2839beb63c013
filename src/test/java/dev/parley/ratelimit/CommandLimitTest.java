package dev.parley.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.platform.FakeConfig;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import dev.parley.security.AuditEvent;
import dev.parley.security.AuditEvent.Kind;
import dev.parley.security.Caller;
import dev.parley.security.Callers;
import dev.parley.security.ChannelGrants;
import dev.parley.security.ClientAddress;
import dev.parley.security.Limits;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Commands of a connection, and what a person and an address may do. Seen to fail when a token's
 * limits are taken without their maxima, and when refusals are forgiven without end.
 */
class CommandLimitTest {
  private static final ClientAddress HERE = ClientAddress.of("192.0.2.7");
  private static final Refused ANN = Refused.connection(Callers.of("ann"), HERE);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<AuditEvent> told = new ArrayList<>();
  private final RateLimitSettings rates =
      new RateLimitSettings(FakeConfig.settings(Map.of("parley.ratelimit.token-commands", "300")));
  private final CommandLimit limit = new CommandLimit();
  private final PersonLimits persons = new PersonLimits();
  private long nanos = 1;

  CommandLimitTest() {
    TimeMeter time =
        new TimeMeter() {
          @Override
          public long currentTimeNanos() {
            return nanos;
          }

          @Override
          public boolean isWallClockBased() {
            return false;
          }
        };
    limit.rates = rates;
    limit.refusals = TestRefusals.in(registry, told::add);
    limit.time = time;
    persons.rates = rates;
    persons.refusals = TestRefusals.in(registry);
    persons.time = time;
  }

  private static Caller limited(Integer publish, Integer commands) {
    return new Caller(
        new UserId("ann"),
        "Ann",
        new OrgId("acme"),
        Set.of(),
        Instant.MAX,
        "",
        null,
        new Limits(publish, commands, 3000, null),
        ChannelGrants.NONE);
  }

  private static int taken(CommandLimit.Allowance allowance, Caller caller, int attempts) {
    int taken = 0;
    for (int i = 0; i < attempts; i++) {
      taken += allowance.take(caller, HERE) == null ? 1 : 0;
    }
    return taken;
  }

  @Test
  void aConnectionMaySendFiveHundredCommandsAtOnceAndThenAHundredASecond() {
    CommandLimit.Allowance allowance = limit.open();
    assertThat(taken(allowance, null, 600)).isEqualTo(500);
    CommandRejected rejected = allowance.take(null, HERE);
    assertThat(rejected.code().code()).isEqualTo("rate_limited");
    assertThat(rejected.retryAfterMs()).isBetween(10L, 11L);
    nanos += Duration.ofSeconds(1).toNanos();
    assertThat(taken(allowance, null, 600)).isEqualTo(100);
    assertThat(registry.counter("parley.rate.limited", "limit", "commands").count()).isEqualTo(601);
    assertThat(taken(limit.open(), Callers.of("app", "publisher"), 5000)).isEqualTo(4000);
  }

  @Test
  void aTokenMaySayAnotherRateUpToAMaximum() {
    assertThat(taken(limit.open(), limited(null, 5), 100)).isEqualTo(10);
    assertThat(taken(limit.open(), limited(null, 100_000), 1000)).isEqualTo(600);
    assertThat(rates.publish(limited(5, null)).tokens()).isEqualTo(5);
    assertThat(rates.publish(limited(5000, null)).tokens()).isEqualTo(100);
    assertThat(rates.connections(limited(null, null))).isEqualTo(1000);
    assertThat(rates.connections(Callers.of("bob"))).isEqualTo(100);
  }

  /** The end is in the audit trail, once. Seen to fail when nobody is told. */
  @Test
  void twoHundredRefusalsAreForgivenAndOneMoreASecond() {
    CommandLimit.Allowance allowance = limit.open();
    for (int i = 0; i < 200; i++) {
      assertThat(allowance.isPatient(ANN)).isTrue();
    }
    assertThat(allowance.isPatient(ANN)).isFalse();
    nanos += Duration.ofSeconds(1).toNanos();
    assertThat(allowance.isPatient(ANN)).isTrue();
    assertThat(allowance.isPatient(ANN)).isFalse();
    assertThat(told)
        .containsExactly(new AuditEvent(Kind.LIMIT, "acme", "ann", "", HERE.value(), "", "abuse"));
  }

  @Test
  void addressesAndPeopleHaveAllowancesOfTheirOwn() {
    ClientAddress here = ClientAddress.of("192.0.2.1");
    assertThat(passed(() -> persons.connect(here), 3000)).isEqualTo(2000);
    assertThat(passed(() -> persons.connect(ClientAddress.of("192.0.2.2")), 1)).isEqualTo(1);
    assertThat(passed(() -> persons.connect(Callers.of("ann")), 100)).isEqualTo(60);
    assertThat(passed(() -> persons.connect(Callers.of("bob")), 1)).isEqualTo(1);
    assertThat(passed(() -> persons.poll(Callers.of("ann")), 100)).isEqualTo(60);
    assertThat(passed(() -> persons.typing(Callers.of("ann")), 100)).isEqualTo(20);
    assertThat(passed(() -> persons.presence(Callers.of("ann")), 100)).isEqualTo(50);
    nanos += Duration.ofSeconds(1).toNanos();
    assertThat(passed(() -> persons.connect(Callers.of("ann")), 100)).isEqualTo(2);
    assertThat(registry.counter("parley.rate.limited", "limit", "typing").count()).isEqualTo(80);
  }

  private static int passed(Runnable taking, int attempts) {
    int passed = 0;
    for (int i = 0; i < attempts; i++) {
      try {
        taking.run();
        passed++;
      } catch (CommandRejected e) {
        assertThat(e.retryAfterMs()).isPositive();
      }
    }
    return passed;
  }
}
