package dev.parley.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.protocol.OrgId;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of tenants as the configuration says them. */
class KeepRuleTest {
  @Test
  void eachTenantHasItsOwn() {
    assertThat(KeepRule.byTenant("acme=500/P30D, a=b/c=7/PT0S"))
        .hasSize(2)
        .containsEntry(new OrgId("acme"), new KeepRule(500, Duration.ofDays(30)))
        .containsEntry(new OrgId("a=b/c"), new KeepRule(7, Duration.ZERO));
    assertThat(KeepRule.byTenant(" ")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "acme",
        "acme=500",
        "acme=/P30D",
        "acme=500/thirty",
        "acme=0/P30D",
        "acme=100001/P30D",
        "acme=5/-P30D",
        "=5/P30D",
        "acme=5/P30D,",
        "acme=5/P30D,acme=6/P30D"
      })
  void whatSaysSomethingElseStopsTheStart(String text) {
    assertThatThrownBy(() -> KeepRule.byTenant(text)).isInstanceOf(RuntimeException.class);
  }
}
