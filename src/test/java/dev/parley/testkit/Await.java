package dev.parley.testkit;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Bounded waiting. */
public final class Await {
  private Await() {}

  /** The result; a failure of the future is this test's failure, with its cause. */
  public static <T> T result(String what, Future<T> future) {
    return result(what, Recorder.PATIENCE, future);
  }

  /** The same with another patience. */
  public static <T> T result(String what, Duration patience, Future<T> future) {
    try {
      return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("waited " + patience.toMillis() + " ms for " + what, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new TransportFailure(what, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + what, e);
    }
  }

  /** For what nobody tells, such as a gauge: looks until it is so. */
  public static void until(String what, BooleanSupplier condition) {
    until(what, Recorder.PATIENCE, condition);
  }

  /** The same for what takes longer than anything usual. */
  public static void until(String what, Duration patience, BooleanSupplier condition) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited in vain until " + what);
      }
      // Whoever asks all the time keeps a small machine from getting there.
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  /** The network or the server's process failed, as opposed to an answer that was wrong. */
  public static final class TransportFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TransportFailure(String what, Throwable cause) {
      super("no " + what + ": " + cause, cause);
    }
  }
}
