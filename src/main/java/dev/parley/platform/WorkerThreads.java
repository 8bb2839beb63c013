package dev.parley.platform;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes executors whose threads belong to the server (they have its naming and transaction
 * contexts) but whose number and queues are ours: the server's default managed executors are
 * unbounded, or run one task at a time. All are ended with the application.
 */
@ApplicationScoped
public class WorkerThreads {
  @Resource ManagedThreadFactory threads;

  private final List<ExecutorService> made = new ArrayList<>();
  private final Map<String, AtomicInteger> numbers = new ConcurrentHashMap<>();

  /**
   * A pool of exactly {@code size} threads, and at most {@code queue} waiting tasks. A full one
   * throws {@link java.util.concurrent.RejectedExecutionException}.
   *
   * <p>All threads are made now and live as long as the application. A managed thread takes its
   * contexts from the thread that makes it, and a pool that made one during a call for something
   * else in the server (its own health page, for example) got a thread that cannot run: Payara then
   * says that a module is disabled, and the task is lost.
   */
  public synchronized ExecutorService pool(String name, int size, int queue) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            size, size, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queue), named(name));
    pool.prestartAllCoreThreads();
    made.add(pool);
    return pool;
  }

  /** One thread for short, non-blocking periodic work. */
  public synchronized ScheduledExecutorService timer(String name) {
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, named(name));
    timer.setRemoveOnCancelPolicy(true);
    made.add(timer);
    return timer;
  }

  /** A thread of its own for a loop that ends when it is interrupted. */
  public Thread thread(String name, Runnable loop) {
    return named(name).newThread(loop);
  }

  private ThreadFactory named(String name) {
    AtomicInteger number = numbers.computeIfAbsent(name, first -> new AtomicInteger());
    return task -> {
      Thread thread = threads.newThread(task);
      thread.setName("parley-" + name + "-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  @PreDestroy
  synchronized void stop() {
    made.forEach(ExecutorService::shutdownNow);
  }
}
