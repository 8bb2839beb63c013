package dev.parley.cluster;

import java.time.Duration;

/**
 * The proof that a lane of the bus works: a number that this node sends to itself, again and again,
 * each time a higher one. Any thread.
 */
final class Canary {
  /** One that is late by this many periods is dead, so that one that got lost is no alarm. */
  private static final int PERIODS = 3;

  private final long periodNanos;

  // Guarded by this.
  private long sent;
  private long heard;
  private long nextAt = System.nanoTime();
  private long listeningSince = System.nanoTime();
  private long sentWhileListening;
  private long heardAt = System.nanoTime();
  private boolean alive;

  Canary(Duration period) {
    periodNanos = period.toNanos();
  }

  /** After how long without a sound the lane counts as down. */
  Duration patience() {
    return Duration.ofNanos(PERIODS * periodNanos);
  }

  /** Nanoseconds until the next one is due; zero or less when it is. */
  synchronized long dueIn() {
    return nextAt - System.nanoTime();
  }

  /** The number to send now. */
  synchronized long next() {
    nextAt = System.nanoTime() + periodNanos;
    return ++sent;
  }

  /** One was handed to Redis. */
  synchronized void delivered() {
    sentWhileListening++;
  }

  /** There is a new connection that should hear it, so the next one is due now. */
  synchronized void listening() {
    nextAt = System.nanoTime();
    listeningSince = nextAt;
    sentWhileListening = 0;
  }

  /** The connection that should hear it is gone. */
  synchronized void deaf() {
    alive = false;
  }

  /** One has come back. An old one proves nothing: anybody may repeat it. */
  synchronized void heard(long number) {
    if (number > heard && number <= sent) {
      heard = number;
      heardAt = System.nanoTime();
      sentWhileListening = 0;
      alive = true;
    }
  }

  /** Whether one has come back lately. */
  synchronized boolean isAlive() {
    return alive && System.nanoTime() - heardAt < PERIODS * periodNanos;
  }

  /** How long none has come back. */
  synchronized Duration silence() {
    return Duration.ofNanos(System.nanoTime() - heardAt);
  }

  /** Whether Redis takes them and the connection that should hear them does not. */
  synchronized boolean isUnheard() {
    return sentWhileListening > PERIODS
        && System.nanoTime() - Math.max(heardAt, listeningSince) > PERIODS * periodNanos;
  }
}
