package dev.parley.platform;

import jakarta.enterprise.concurrent.ManagedThreadFactory;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;

/** Worker threads without a server. */
public final class PlainThreads implements AutoCloseable {
  private final WorkerThreads workers = new WorkerThreads();

  public PlainThreads() {
    workers.threads = new Factory();
  }

  public WorkerThreads workers() {
    return workers;
  }

  /** Ends all pools and timers. */
  @Override
  public void close() {
    workers.stop();
  }

  private static final class Factory implements ManagedThreadFactory {
    @Override
    public Thread newThread(Runnable task) {
      return new Thread(task);
    }

    @Override
    public ForkJoinWorkerThread newThread(ForkJoinPool pool) {
      throw new AssertionError("nobody needs one");
    }
  }
}
