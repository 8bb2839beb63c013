package dev.parley.cluster;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits to be sent to Redis. Bounded, because Redis may be away for as long as it likes; what
 * does not fit is refused, because the log repairs whatever is lost here. Any thread; offering
 * never blocks.
 */
final class HintQueue {
  /** About a tenth of a second of what one publisher thread sends. */
  static final int MAX_COUNT = 20_000;

  /** Characters of bodies; with several copies on the way, a small part of a node's memory. */
  static final int MAX_CHARACTERS = 16 << 20;

  /** What is sent in one go: enough to make the way to Redis and back cost nothing. */
  private static final int BATCH = 512;

  private static final int BATCH_CHARACTERS = 1 << 20;

  /** One that waits. */
  record Hint(String topic, Envelope envelope) {
    int characters() {
      return envelope.body().length();
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Deque<Hint> waiting = new ArrayDeque<>();
  private int characters;
  private boolean woken;
  private boolean underWay;

  /** Adds one; false when the queue is full. */
  boolean offer(Hint hint) {
    lock.lock();
    try {
      if (waiting.size() >= MAX_COUNT || characters + hint.characters() > MAX_CHARACTERS) {
        return false;
      }
      waiting.add(hint);
      characters += hint.characters();
      if (waiting.size() == 1) {
        filled.signal();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Makes {@link #take} return, if need be with nothing. */
  void wake() {
    lock.lock();
    try {
      woken = true;
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  /** The next ones, in order; none when there are none for so long. One thread. */
  List<Hint> take(long patienceNanos) throws InterruptedException {
    long left = patienceNanos;
    List<Hint> taken = new ArrayList<>();
    lock.lock();
    try {
      underWay = false;
      while (waiting.isEmpty() && !woken && left > 0) {
        left = filled.awaitNanos(left);
      }
      woken = false;
      int size = 0;
      while (!waiting.isEmpty() && taken.size() < BATCH && size < BATCH_CHARACTERS) {
        Hint hint = waiting.remove();
        size += hint.characters();
        taken.add(hint);
      }
      characters -= size;
      underWay = !taken.isEmpty();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Whether nothing waits, and nothing of what was taken is still being sent. */
  boolean isIdle() {
    lock.lock();
    try {
      return waiting.isEmpty() && !underWay;
    } finally {
      lock.unlock();
    }
  }
}
