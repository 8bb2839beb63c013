package dev.parley.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import dev.parley.security.AuditEvent;
import dev.parley.security.ClientAddress;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whom the audit trail is told of: who goes on, and not everybody who was refused. */
class RefusalsTest {
  private static final OrgId ACME = new OrgId("acme");
  private static final Refused ANN = Refused.user(ACME, new UserId("ann"));
  private static final Refused BOB = Refused.user(ACME, new UserId("bob"));

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<AuditEvent> told = new ArrayList<>();
  private final Refusals refusals = TestRefusals.in(registry, told::add);
  private long nanos = 42;

  RefusalsTest() {
    refusals.time =
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
  }

  private void refuse(String limit, Refused who, int times) {
    for (int i = 0; i < times; i++) {
      refusals.count(limit, who);
    }
  }

  /**
   * Seen to fail when the first refusal is told, when each one from the twentieth on is, and when
   * the minute never ends.
   */
  @Test
  void whoIsRefusedTwentyTimesInAMinuteIsToldOnceInIt() {
    refuse("publish", ANN, Refusals.PERSISTENT - 1);
    assertThat(told).isEmpty();
    refuse("publish", ANN, 1_000);
    assertThat(told).containsExactly(ANN.event("publish"));
    nanos += Duration.ofSeconds(61).toNanos();
    refuse("publish", ANN, Refusals.PERSISTENT - 1);
    assertThat(told).hasSize(1);
    refuse("publish", ANN, 1);
    assertThat(told).hasSize(2);
    assertThat(registry.counter("parley.rate.limited", "limit", "publish").count())
        .isEqualTo(2 * Refusals.PERSISTENT + 999);
  }

  /** Seen to fail when the limit is no part of what is counted, and when the person is none. */
  @Test
  void eachLimitAndEachPersonIsCountedAlone() {
    int some = Refusals.PERSISTENT - 1;
    refuse("publish", ANN, some);
    refuse("publish", BOB, some);
    refuse("connects", ANN, some);
    assertThat(told).isEmpty();
    refuse("publish", BOB, 1);
    assertThat(told).containsExactly(BOB.event("publish"));
  }

  @Test
  void anEntrySaysWhoAsFarAsItIsKnown() {
    Refused address = Refused.address(ClientAddress.of("192.0.2.1"));
    refuse("address_connects", address, Refusals.PERSISTENT);
    refusals.ended("abuse", Refused.connection(null, ClientAddress.of("192.0.2.2")));
    refusals.ended("abuse", Refused.connection(null, ClientAddress.of("192.0.2.2")));
    assertThat(told)
        .extracting(AuditEvent::org, AuditEvent::actor, AuditEvent::address, AuditEvent::detail)
        .containsExactly(
            tuple("", "", "192.0.2.1", "address_connects"), tuple("", "", "192.0.2.2", "abuse"));
    assertThat(told).allMatch(event -> event.kind().text().equals("limit"));
  }
}
