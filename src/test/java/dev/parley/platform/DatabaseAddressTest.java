package dev.parley.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseAddressTest {
  private static final String POSTGRESQL = "jdbc:postgresql://localhost/parley";

  private static DatabaseAddress of(String... properties) {
    Map<String, String> all =
        properties.length == 0 ? Map.of() : Map.of(properties[0], properties[1]);
    return DatabaseAddress.of(FakeConfig.settings(all).config);
  }

  private static DatabaseAddress postgresql(String timeout) {
    return DatabaseAddress.of(
        FakeConfig.settings(
                Map.of("parley.database.url", POSTGRESQL, "parley.database.timeout", timeout))
            .config);
  }

  @Test
  void aSilentPostgresqlIsGivenUpAfterThreeSeconds() {
    DatabaseAddress address = of("parley.database.url", POSTGRESQL);
    assertThat(address.driverProperties())
        .containsEntry("socketTimeout", "3")
        .containsEntry("loginTimeout", "3")
        .containsEntry("connectTimeout", "3");
    assertThat(address.session())
        .containsExactly(
            "set idle_in_transaction_session_timeout = 3000", "set lock_timeout = 2700");
  }

  @Test
  void theDriverIsNeverLessPatientThanConfigured() {
    assertThat(postgresql("PT1.5S").driverProperties()).containsEntry("socketTimeout", "2");
    assertThat(postgresql("PT1.5S").session()).contains("set lock_timeout = 1350");
    assertThat(postgresql("PT1M").driverProperties()).containsEntry("socketTimeout", "60");
  }

  @Test
  void aChangeOfTheSchemaMayTakeAsLongAsItNeeds() {
    DatabaseAddress patient = postgresql("PT3S").withoutTimeout();
    assertThat(patient.url()).isEqualTo(POSTGRESQL);
    assertThat(patient.driverProperties())
        .containsEntry("socketTimeout", "0")
        .containsEntry("loginTimeout", "0")
        .containsEntry("connectTimeout", "3");
    assertThat(patient.session()).isEmpty();
  }

  @Test
  void theEmbeddedDatabaseIsToldNothing() {
    assertThat(of().driverProperties()).isEmpty();
    assertThat(of().session()).isEmpty();
    assertThat(of().withoutTimeout()).isEqualTo(of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"3", "soon", "PT0S", "PT0.5S", "-PT3S", "PT6M"})
  void aTimeoutThatMakesNoSenseStopsTheStart(String timeout) {
    assertThatThrownBy(() -> postgresql(timeout))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("parley.database.timeout");
  }
}
