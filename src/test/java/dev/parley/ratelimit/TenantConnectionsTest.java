package dev.parley.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.platform.FakeConfig;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.Rejection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How many connections a tenant may have, here and elsewhere. */
class TenantConnectionsTest {
  private static final OrgId ACME = new OrgId("acme");
  private static final OrgId OTHER = new OrgId("other-tenant");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final TenantConnections connections = new TenantConnections();

  TenantConnectionsTest() {
    connections.settings =
        new TenantSettings(FakeConfig.settings(Map.of("parley.tenant.max-connections", "2")));
    connections.labels = new TenantLabels();
    connections.labels.settings = connections.settings;
    connections.registry = registry;
    connections.refusals = TestRefusals.in(registry);
  }

  private void refused(OrgId org) {
    assertThat(Rejection.of(() -> connections.connect(org)).code())
        .isEqualTo(ErrorCode.LIMIT_EXCEEDED);
  }

  /** Seen to fail when a refused connection counts. */
  @Test
  void aTenantHasAsManyConnectionsAsItMay() {
    connections.connect(ACME);
    connections.connect(ACME);
    for (int i = 0; i < 3; i++) {
      refused(ACME);
    }
    connections.connect(OTHER);
    connections.disconnect(ACME);
    connections.connect(ACME);
    assertThat(registry.get("parley.tenant.connections").tag("tenant", "acme").gauge().value())
        .isEqualTo(2);
  }

  /** Seen to fail when only this node's count, and when what has ended elsewhere still does. */
  @Test
  void whatOtherNodesHoldCountsUntilTheyHoldItNoMore() {
    connections.connect(ACME);
    connections.learn(Set.of(ACME), Map.of(ACME, 1));
    refused(ACME);
    connections.connect(OTHER);
    connections.disconnect(ACME);
    connections.connect(ACME);
    connections.learn(Set.of(ACME, OTHER), Map.of(OTHER, 1));
    connections.connect(ACME);
    refused(OTHER);
  }
}
