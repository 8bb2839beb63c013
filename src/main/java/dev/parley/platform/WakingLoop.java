package dev.parley.platform;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Work that is done when somebody says that there is some, and now and then in any case. One thread
 * runs {@link #run}; {@link #wake} and {@link #stop} are for any.
 */
public final class WakingLoop implements Runnable {
  /** How often an idle loop looks whether it should end. */
  private static final long STOP_CHECK_MS = 500;

  private final Runnable round;
  private final long every;
  private final BlockingQueue<Boolean> calls = new ArrayBlockingQueue<>(1);
  private volatile boolean stopped;

  /**
   * Not yet running.
   *
   * @param every longest time between two rounds
   * @param round must not throw; asks {@link #isStopped} if it takes long
   */
  public WakingLoop(Duration every, Runnable round) {
    this.every = every.toMillis();
    this.round = round;
  }

  @Override
  public void run() {
    long next = System.nanoTime();
    try {
      while (!stopped) {
        long wait = TimeUnit.NANOSECONDS.toMillis(next - System.nanoTime());
        boolean woken =
            calls.poll(Math.max(0, Math.min(wait, STOP_CHECK_MS)), TimeUnit.MILLISECONDS) != null;
        if (!stopped && (woken || wait <= 0)) {
          round.run();
          next = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(every);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks for a round soon; however often before it begins, it is one. Never blocks. */
  @SuppressWarnings("CheckReturnValue")
  public void wake() {
    calls.offer(true);
  }

  /**
   * Ends after the round that is under way. Not by an interrupt, which the embedded database
   * answers by closing its file.
   */
  public void stop() {
    stopped = true;
  }

  /** Whether a round should come to its end. */
  public boolean isStopped() {
    return stopped;
  }
}
