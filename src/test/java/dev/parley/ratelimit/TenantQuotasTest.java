package dev.parley.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.platform.FakeConfig;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.Rejection;
import dev.parley.ratelimit.TenantSettings.Quota;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a tenant may take, and where that ends. */
class TenantQuotasTest {
  private static final OrgId ACME = new OrgId("acme");
  private static final OrgId OTHER = new OrgId("other-tenant");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Time time = new Time();

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

  private TenantQuotas quotas(String... properties) {
    TenantQuotas made = new TenantQuotas();
    made.settings = settings(properties);
    made.labels = new TenantLabels();
    made.labels.settings = made.settings;
    made.registry = registry;
    made.shared = new SharedAllowance();
    made.refusals = TestRefusals.in(registry);
    made.time = time;
    return made;
  }

  private static TenantSettings settings(String... properties) {
    Map<String, String> all = new HashMap<>();
    for (int i = 0; i < properties.length; i += 2) {
      all.put("parley.tenant." + properties[i], properties[i + 1]);
    }
    return new TenantSettings(FakeConfig.settings(all));
  }

  /** Seen to fail when a tenant's own value is looked for under its lower-case name only. */
  @Test
  void aTenantHasItsOwnValuesAndOtherwiseThoseOfAll() {
    TenantSettings settings =
        new TenantSettings(
            FakeConfig.settings(
                Map.of(
                    "parley.tenant.weight", "2",
                    "parley.tenant.max-connections", "10",
                    "parley.tenant.Acme.Inc.weight", "5",
                    "PARLEY_TENANT_SMALL_STORED_BYTES", "1000")));
    assertThat(settings.of(new OrgId("anybody"))).isEqualTo(new Quota(2, 10, 0, 0));
    assertThat(settings.of(new OrgId("Acme.Inc"))).isEqualTo(new Quota(5, 10, 0, 0));
    assertThat(settings.of(new OrgId("small"))).isEqualTo(new Quota(2, 10, 0, 1000));
  }

  @Test
  void aWrongValueIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings("acme.weight", "0"))
        .withMessageContaining("parley.tenant.acme.weight must be from 1 to 100");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings("stored-bytes", "-1"))
        .withMessageContaining("parley.tenant.stored-bytes");
  }

  /** Seen to fail when all tenants share one bucket. */
  @Test
  void aTenantPublishesAsFastAsItMayAndAnotherIsNotConcerned() {
    TenantQuotas quotas = quotas("acme.messages-per-second", "5");
    for (int i = 0; i < 10; i++) {
      quotas.publish(ACME, 1);
    }
    CommandRejected refusal = Rejection.of(() -> quotas.publish(ACME, 1));
    assertThat(refusal.code()).isEqualTo(ErrorCode.RATE_LIMITED);
    assertThat(refusal.retryAfterMs()).isBetween(200L, 201L);
    for (int i = 0; i < 1_000; i++) {
      quotas.publish(OTHER, 1);
    }
    time.pass(Duration.ofMillis(200));
    quotas.publish(ACME, 1);
    assertThat(counted("parley.tenant.messages", "acme")).isEqualTo(11);
    assertThat(counted("parley.tenant.refused", "acme")).isEqualTo(1);
  }

  private double counted(String name, String tenant) {
    return registry.get(name).tag("tenant", tenant).counter().count();
  }

  /** Seen to fail when what this node has stored since does not count, and when it counts twice. */
  @Test
  void whatIsStoredIsMeasuredAndWhatCameSinceIsCounted() {
    TenantQuotas quotas = quotas("acme.stored-bytes", "1000");
    quotas.publish(ACME, 600);
    assertThat(quotas.due()).containsExactly(ACME);
    long before = quotas.beginMeasurement(ACME);
    quotas.publish(ACME, 300);
    quotas.measured(ACME, before, 600);
    quotas.publish(ACME, 100);
    CommandRejected refusal = Rejection.of(() -> quotas.publish(ACME, 1));
    assertThat(refusal.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED);
    // What stores nothing may go on, and so may who has room again.
    quotas.publish(ACME, 0);
    assertThat(quotas.due()).isEmpty();
    time.pass(Duration.ofMinutes(5));
    assertThat(quotas.due()).containsExactly(ACME);
    quotas.measured(ACME, quotas.beginMeasurement(ACME), 500);
    quotas.publish(ACME, 1);
    quotas.publish(OTHER, 1_000_000);
    assertThat(quotas.due()).isEmpty();
  }

  /** Seen to fail when every tenant has a label. */
  @Test
  void onlySoManyTenantsHaveSeriesOfTheirOwn() {
    TenantQuotas quotas = quotas("metric-labels", "3", "named.weight", "2");
    for (int i = 0; i < 100; i++) {
      quotas.publish(new OrgId("tenant" + i), 1);
    }
    quotas.publish(new OrgId("named"), 1);
    Set<String> labels =
        registry.find("parley.tenant.messages").counters().stream()
            .map(counter -> counter.getId().getTag("tenant"))
            .collect(Collectors.toSet());
    assertThat(labels)
        .containsExactlyInAnyOrder("tenant0", "tenant1", "tenant2", "named", TenantLabels.OTHER);
    assertThat(counted("parley.tenant.messages", TenantLabels.OTHER)).isEqualTo(97);
  }
}
