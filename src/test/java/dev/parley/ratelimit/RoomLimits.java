package dev.parley.ratelimit;

import dev.parley.platform.FakeConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;

/** Allowances for the tests of other features. */
public final class RoomLimits {
  private RoomLimits() {}

  /** As it is when nothing is set. */
  public static RoomLimit byDefault() {
    RoomLimit limit = new RoomLimit();
    limit.settings = FakeConfig.settings(Map.of());
    limit.refusals = TestRefusals.in(new SimpleMeterRegistry());
    limit.read();
    return limit;
  }
}
