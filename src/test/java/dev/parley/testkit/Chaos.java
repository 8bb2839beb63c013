package dev.parley.testkit;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * How long the tests with faults go on: in every build short, with {@code -Pchaos} long, and
 * exactly so many rounds or seconds with {@code -Dparley.chaos.rounds} or {@code
 * -Dparley.chaos.seconds}.
 */
public final class Chaos {
  private Chaos() {}

  /** Whether this is the long form. */
  public static boolean isLong() {
    return Boolean.getBoolean("parley.chaos");
  }

  /** How many messages, clients or repetitions. */
  public static int count(int shortForm, int longForm) {
    return isLong() ? longForm : shortForm;
  }

  /** How many times a fault happens. */
  public static int rounds(int shortForm, int longForm) {
    return Integer.getInteger("parley.chaos.rounds", count(shortForm, longForm));
  }

  /** How long a fault lasts. */
  public static int seconds(int shortForm, int longForm) {
    return Integer.getInteger("parley.chaos.seconds", count(shortForm, longForm));
  }

  /** Decides what is left to chance; {@code -Dparley.chaos.seed} repeats what was printed. */
  public static Random random(Object test) {
    long seed = Long.getLong("parley.chaos.seed", System.nanoTime());
    System.out.println(test.getClass().getSimpleName() + ": -Dparley.chaos.seed=" + seed);
    return new Random(seed);
  }

  /** Lets a fault last: nothing is awaited here. */
  public static void last(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** Says what was measured, for whoever reads the build's output. */
  public static void report(String what) {
    System.out.println("chaos: " + what);
  }
}
