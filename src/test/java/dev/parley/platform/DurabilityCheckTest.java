package dev.parley.platform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurabilityCheckTest {
  @ParameterizedTest
  @ValueSource(strings = {"on", "local", "remote_write", "remote_apply"})
  void whoeverWaitsForItsOwnDiskIsTaken(String synchronousCommit) {
    assertThat(DurabilityCheck.problem("on", synchronousCommit)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"off, on, fsync=off", "on, off, synchronous_commit=off", "off, off, fsync=off"})
  void whoeverDoesNotIsRefusedByTheNameOfTheSetting(
      String fsync, String synchronousCommit, String named) {
    assertThat(DurabilityCheck.problem(fsync, synchronousCommit)).contains(named);
  }
}
