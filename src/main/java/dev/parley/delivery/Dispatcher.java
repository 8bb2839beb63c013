package dev.parley.delivery;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One thread to which connections are pinned: everything that happens to a connection happens here,
 * one thing after the other, so nothing about it needs a lock. Tasks must not block.
 *
 * <p>What the tasks of one round have queued for a connection leaves together at the end of the
 * round: a connection that is alone in it is written at once, a busy one gathers.
 *
 * <p>The queue is not bounded by itself but by what may enter it: one wake-up a channel, one write
 * result a connection, and the commands that each connection may have under way.
 */
final class Dispatcher {
  private static final System.Logger LOG = System.getLogger(Dispatcher.class.getName());

  /** Tasks of one round: enough to gather, few enough to keep the first one's wait short. */
  private static final int ROUND = 512;

  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final Set<OutboundQueue> dirty = new LinkedHashSet<>();
  private final List<Runnable> afterFlush = new ArrayList<>();
  private final PriorityQueue<Later> later = new PriorityQueue<>();
  private volatile @Nullable Thread thread;

  /** A task with its time; compared by differences, because the clock may run over. */
  private record Later(long at, Runnable task) implements Comparable<Later> {
    @Override
    public int compareTo(Later other) {
      return Long.compare(at - other.at, 0);
    }
  }

  /** Runs the task on this dispatcher's thread. Any thread. */
  void execute(Runnable task) {
    tasks.add(task);
  }

  /** Runs the task now when this is the thread, and later otherwise. */
  void run(Runnable task) {
    if (isCurrent()) {
      task.run();
    } else {
      execute(task);
    }
  }

  boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /** Notes that a queue has something to write; on this dispatcher's thread. */
  void flushLater(OutboundQueue queue) {
    dirty.add(queue);
  }

  /** Runs the task when what has been queued until now is written; on this thread. */
  void afterFlush(Runnable task) {
    afterFlush.add(task);
  }

  /** Runs the task after so many nanoseconds, a millisecond later at most; on this thread. */
  void executeLater(Runnable task, long nanos) {
    later.add(new Later(System.nanoTime() + nanos, task));
  }

  void loop() {
    thread = Thread.currentThread();
    List<Runnable> round = new ArrayList<>(ROUND);
    try {
      while (!Thread.currentThread().isInterrupted()) {
        await(round);
        tasks.drainTo(round, ROUND - 1);
        round.forEach(Dispatcher::runSafely);
        round.clear();
        flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for a task, or until one of the later ones is due. */
  private void await(List<Runnable> round) throws InterruptedException {
    Later next = later.peek();
    if (next == null) {
      round.add(tasks.take());
      return;
    }
    Runnable first = tasks.poll(next.at - System.nanoTime(), TimeUnit.NANOSECONDS);
    if (first != null) {
      round.add(first);
    }
    while (next != null && next.at - System.nanoTime() <= 0) {
      round.add(later.remove().task);
      next = later.peek();
    }
  }

  private void flush() {
    while (!dirty.isEmpty()) {
      List<OutboundQueue> queues = List.copyOf(dirty);
      dirty.clear();
      queues.forEach(queue -> runSafely(queue::flush));
    }
    if (!afterFlush.isEmpty()) {
      List<Runnable> tasksNow = List.copyOf(afterFlush);
      afterFlush.clear();
      tasksNow.forEach(Dispatcher::runSafely);
    }
  }

  private static void runSafely(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | LinkageError e) {
      // One connection's fault must not stop the others that share its thread.
      LOG.log(Level.ERROR, "A delivery task failed", e);
    }
  }
}
