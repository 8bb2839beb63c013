package dev.parley.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.platform.FakeConfig;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.Rejection;
import dev.parley.protocol.UserId;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoomLimitTest {
  private static final OrgId ACME = new OrgId("acme");
  private static final UserId ANN = new UserId("ann");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final RoomLimit limit = limit(Map.of());
  private long nanos = 42;

  private RoomLimit limit(Map<String, String> properties) {
    RoomLimit made = new RoomLimit();
    made.settings = FakeConfig.settings(properties);
    made.refusals = TestRefusals.in(registry);
    made.time =
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
    made.read();
    return made;
  }

  @Test
  void allChannelsOfAConnectionMayBeNewAndThenOneEachSecond() {
    for (int i = 0; i < 128; i++) {
      limit.take(ACME, ANN);
    }
    CommandRejected refused = Rejection.of(() -> limit.take(ACME, ANN));
    assertThat(refused.code()).isEqualTo(ErrorCode.RATE_LIMITED);
    limit.take(ACME, new UserId("bob"));
    limit.take(new OrgId("other"), ANN);
    nanos += Duration.ofSeconds(1).toNanos();
    limit.take(ACME, ANN);
    assertThat(Rejection.of(() -> limit.take(ACME, ANN)).code()).isEqualTo(ErrorCode.RATE_LIMITED);
    assertThat(registry.get("parley.rate.limited").tag("limit", "rooms").counter().count())
        .isEqualTo(2);
  }

  @Test
  void whoIsForgottenIsNotGivenAnythingByThat() {
    for (int i = 0; i < 128; i++) {
      limit.take(ACME, ANN);
    }
    nanos += Duration.ofMinutes(4).toNanos();
    for (int i = 0; i < 128; i++) {
      limit.take(ACME, ANN);
    }
    assertThat(Rejection.of(() -> limit.take(ACME, ANN)).code()).isEqualTo(ErrorCode.RATE_LIMITED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rooms-per-minute", "rooms-burst"})
  void anAllowanceOfNothingNamesItsKey(String option) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> limit(Map.of("parley.ratelimit." + option, "0")))
        .withMessageContaining("parley.ratelimit." + option);
  }
}
