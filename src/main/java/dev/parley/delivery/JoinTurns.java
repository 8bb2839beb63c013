package dev.parley.delivery;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Lets the joins of one connection happen one after the other: two of one channel at a time would
 * each take the other's subscription for its own. On the connection's dispatcher only.
 */
final class JoinTurns {
  /**
   * Joins that wait. A client's commands are carried out one by one, so that nearly all of them are
   * direct conversations that begin: as many as are remembered of those.
   */
  private static final int MAX_WAITING = 1_000;

  private final Dispatcher dispatcher;
  private final Deque<Runnable> waiting = new ArrayDeque<>(0);
  private boolean busy;

  JoinTurns(Dispatcher dispatcher) {
    this.dispatcher = dispatcher;
  }

  /**
   * Begins a join, now or when its turn comes; false when too many wait. It must call {@link #next}
   * or what {@link #last} has made, once.
   */
  boolean add(Runnable begin) {
    if (busy) {
      return waiting.size() < MAX_WAITING && waiting.add(begin);
    }
    busy = true;
    begin.run();
    return true;
  }

  /** What is told as the last thing of a join: after it the next one begins. */
  <T> Consumer<T> last(Consumer<T> told) {
    return result -> {
      try {
        told.accept(result);
      } finally {
        next();
      }
    };
  }

  /** The join is over. The next one begins in a turn of its own, when this one's is complete. */
  void next() {
    dispatcher.execute(
        () -> {
          Runnable begin = waiting.poll();
          busy = begin != null;
          if (begin != null) {
            begin.run();
          }
        });
  }
}
