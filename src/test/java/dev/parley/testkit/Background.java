package dev.parley.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Things that a test does at the same time. The first failure is the test's. */
public final class Background implements AutoCloseable {
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
          });
  private final List<Future<?>> all = new ArrayList<>();

  /** Something that may throw anything. */
  @FunctionalInterface
  public interface Task {
    void run() throws Exception;
  }

  public void run(Task task) {
    all.add(
        threads.submit(
            () -> {
              task.run();
              return null;
            }));
  }

  public <T> Future<T> call(Callable<T> task) {
    Future<T> result = threads.submit(task);
    all.add(result);
    return result;
  }

  /** Waits until everything is done. */
  public void await(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    for (Future<?> task : all) {
      Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
      try {
        Await.result("what runs in the background", left, task);
      } catch (Await.TransportFailure e) {
        throw new CompletionException(e.getCause());
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
