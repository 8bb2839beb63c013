package dev.parley.testkit;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Lets disturbances happen while messages flow, on a fast machine and on a slow one, without a
 * clock: who disturbs waits for a number of messages, and publishers do not run far ahead of a
 * disturbance that is still to come. Any thread.
 */
public final class Pace {
  /** How far publishers may run ahead. */
  public static final int SLACK = 150;

  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final int total;
  private final Map<Object, Integer> limits = new HashMap<>();
  private int published;

  public Pace(int total) {
    this.total = total;
  }

  public int total() {
    return total;
  }

  /** A publisher takes its turn: waits until it may go on, and counts one message more. */
  public synchronized void step() {
    await(() -> limits.values().stream().allMatch(limit -> published < limit), "a slow disturber");
    published++;
    notifyAll();
  }

  /** A disturber waits until so many messages were published. */
  public synchronized void awaitPublished(int count) {
    await(() -> published >= Math.min(count, total), "message " + count);
  }

  /** The disturber's next deed comes at this count; publishers stay near it. */
  public synchronized void announce(Object disturber, int count) {
    limits.put(disturber, count + SLACK);
    notifyAll();
  }

  /** The disturber has done everything. */
  public synchronized void finish(Object disturber) {
    limits.remove(disturber);
    notifyAll();
  }

  /** Something that becomes true. */
  @FunctionalInterface
  private interface Goal {
    boolean reached();
  }

  private void await(Goal goal, String what) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!goal.reached()) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        throw new AssertionError("waited for " + what + " at message " + published);
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting for " + what, e);
      }
    }
  }
}
