package dev.parley.ratelimit;

import io.github.bucket4j.TimeMeter;
import java.util.function.Supplier;

/** A clock that is asked for each time, so that tests may set theirs after the buckets are made. */
record LateTime(Supplier<TimeMeter> clock) implements TimeMeter {
  @Override
  public long currentTimeNanos() {
    return clock.get().currentTimeNanos();
  }

  @Override
  public boolean isWallClockBased() {
    return clock.get().isWallClockBased();
  }
}
