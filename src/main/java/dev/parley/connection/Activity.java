package dev.parley.connection;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When a connection was opened, and when something was last heard of it. Times are those of {@link
 * System#nanoTime}. Any thread.
 */
final class Activity {
  private final LongSupplier clock;
  private final long openedAt;
  private volatile long heardAt;
  private volatile long commandAt;
  private volatile long pingedAt;

  /** Begins now. */
  Activity(LongSupplier clock) {
    this.clock = clock;
    openedAt = clock.getAsLong();
    heardAt = openedAt;
    commandAt = openedAt;
    pingedAt = openedAt;
  }

  /** Notes a sign of life. */
  void heard() {
    heardAt = clock.getAsLong();
  }

  /** Notes that the client has asked for something. */
  void commanded() {
    commandAt = clock.getAsLong();
  }

  /** Notes that the client was asked for a sign of life. */
  void pinged() {
    pingedAt = clock.getAsLong();
  }

  long openedAt() {
    return openedAt;
  }

  long heardAt() {
    return heardAt;
  }

  long pingedAt() {
    return pingedAt;
  }

  /** Whether it has been open for so long, and nothing was asked in that time. */
  boolean isIdleFor(Duration time) {
    return clock.getAsLong() - commandAt >= time.toNanos();
  }
}
