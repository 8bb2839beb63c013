package dev.parley.delivery;

import dev.parley.protocol.CloseCode;
import dev.parley.testkit.Recorder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A socket that keeps what is written to it. It takes everything at once, within the call, unless
 * it is held: then each write ends when the test says so. Notes when a write begins before the one
 * before it has ended.
 */
final class FakeTransport implements Transport {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<List<OutboundFrame>> writes = new ArrayList<>();
  private final List<OutboundFrame> frames = new ArrayList<>();
  private boolean held;
  private boolean overlapped;
  private @Nullable Written pending;

  @Override
  public String kind() {
    return "test";
  }

  @Override
  public void write(List<OutboundFrame> batch, Written written) {
    boolean now;
    lock.lock();
    try {
      overlapped |= pending != null;
      writes.add(List.copyOf(batch));
      frames.addAll(batch);
      now = !held;
      pending = now ? null : written;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (now) {
      written.done(null);
    }
  }

  @Override
  public void close(CloseCode code) {}

  /** From now on a write does not end by itself. */
  void hold() {
    lock.lock();
    try {
      held = true;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the write that is under way; later ones are still held. */
  void endWrite(@Nullable Throwable failure) {
    Written written;
    lock.lock();
    try {
      await("a write", () -> pending != null);
      written = pending;
      pending = null;
    } finally {
      lock.unlock();
    }
    written.done(failure);
  }

  /** Ends the write that is under way, if one is, and holds no other. */
  void letGo() {
    Written written;
    lock.lock();
    try {
      held = false;
      written = pending;
      pending = null;
    } finally {
      lock.unlock();
    }
    if (written != null) {
      written.done(null);
    }
  }

  /** Everything written so far, when it fulfils the condition. */
  List<OutboundFrame> await(String what, Predicate<List<OutboundFrame>> condition) {
    lock.lock();
    try {
      await(what, () -> condition.test(frames));
      return List.copyOf(frames);
    } finally {
      lock.unlock();
    }
  }

  List<List<OutboundFrame>> awaitWrites(int count) {
    lock.lock();
    try {
      await(count + " writes", () -> writes.size() >= count);
      return List.copyOf(writes);
    } finally {
      lock.unlock();
    }
  }

  List<OutboundFrame> frames() {
    return await("anything", all -> true);
  }

  boolean hasOverlapped() {
    lock.lock();
    try {
      return overlapped;
    } finally {
      lock.unlock();
    }
  }

  private void await(String what, java.util.function.BooleanSupplier condition) {
    long left = Recorder.PATIENCE.toNanos();
    try {
      while (!condition.getAsBoolean()) {
        if (left <= 0) {
          throw new AssertionError("waited for " + what + "; " + frames.size() + " frames came");
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + what, e);
    }
  }

  /** How long a test waits, in seconds: for those that wait for something else. */
  static long patience() {
    return TimeUnit.NANOSECONDS.toSeconds(Recorder.PATIENCE.toNanos());
  }
}
