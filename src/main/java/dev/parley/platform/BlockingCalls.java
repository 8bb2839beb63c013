package dev.parley.platform;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * Where what blocks on the database or on a key server runs, so that no connection's thread does.
 * Bounded in threads and in what may wait. Any thread.
 */
@ApplicationScoped
public class BlockingCalls {
  /** Calls are short; this many keep a database busy and leave pool connections to the appends. */
  private static final int THREADS = 16;

  /** What may wait: about two seconds' work. */
  private static final int QUEUE = 20_000;

  @Inject WorkerThreads threads;

  private ExecutorService pool = ForkJoinPool.commonPool();

  @PostConstruct
  void start() {
    pool = threads.pool("blocking", THREADS, QUEUE);
  }

  /**
   * Makes the threads with the application, in its own contexts; see {@link WorkerThreads#pool}.
   */
  void begin(@Observes @Initialized(ApplicationScoped.class) Object application) {
    // Being called is enough: the bean exists now.
  }

  /**
   * Runs the call. The future fails with what the call throws, and with {@link
   * RejectedExecutionException} when too many wait already.
   */
  public <T> CompletableFuture<T> call(Supplier<T> call) {
    try {
      return CompletableFuture.supplyAsync(call, pool);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
