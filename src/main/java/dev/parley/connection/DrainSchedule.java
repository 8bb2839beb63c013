package dev.parley.connection;

import dev.parley.cluster.NodeState;
import java.time.Duration;

/**
 * How far a node is on its way out, and how many clients are due to be told at a given moment. Time
 * comes in as nanoseconds of {@link System#nanoTime}. Any thread.
 *
 * <pre>
 * SERVING ── begin ──▶ DRAINING ── finished ──▶ DRAINED
 *                      │     ▲
 *                      └─────┘ begin: an earlier end counts
 * </pre>
 */
final class DrainSchedule {
  /** How long a client that was told may take to get what is still under way for it, at most. */
  private static final Duration MAX_GRACE = Duration.ofSeconds(2);

  /** Of a short window, the part that is kept for those who were told last. */
  private static final int GRACE_PART = 4;

  private final long tick;
  private NodeState state = NodeState.SERVING;
  private long end;
  private long grace;

  /**
   * @param tick how often somebody asks who is due
   */
  DrainSchedule(Duration tick) {
    this.tick = tick.toNanos();
  }

  synchronized NodeState state() {
    return state;
  }

  /** Begins, or brings the end forward; true when it was this call that ended the serving. */
  synchronized boolean begin(long now, Duration window) {
    long wanted = now + window.toNanos();
    switch (state) {
      case SERVING -> {
        state = NodeState.DRAINING;
        schedule(wanted, window);
        return true;
      }
      case DRAINING -> {
        if (wanted - end < 0) {
          schedule(wanted, window);
        }
      }
      case DRAINED ->
          // Nobody is left, but a request may still be under way.
          schedule(wanted, window);
    }
    return false;
  }

  private void schedule(long wanted, Duration window) {
    end = wanted;
    grace = Math.min(MAX_GRACE.toNanos(), window.toNanos() / GRACE_PART);
  }

  /** How many of those who do not know yet are to be told now: the same share in every tick. */
  synchronized int due(int untold, long now) {
    long left = end - grace - now;
    long ticks = left / tick;
    return ticks <= 1 ? untold : (int) ((untold + ticks - 1) / ticks);
  }

  /** Whether one who was told then has had the time for what was under way. */
  synchronized boolean isLate(long toldAt, long now) {
    return now - toldAt > grace;
  }

  /** Whether the window is over. */
  synchronized boolean isOver(long now) {
    return now - end >= 0;
  }

  /** Nobody is left; true when it was this call that ended the draining. */
  synchronized boolean finished() {
    boolean ends = state == NodeState.DRAINING;
    if (ends) {
      state = NodeState.DRAINED;
    }
    return ends;
  }
}
