package dev.parley.delivery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One thread to which connections are pinned: everything that happens to a connection happens here,
 * one thing after the other, so nothing about it needs a lock. Tasks must not block. Channels that
 * are watched are read on this thread too: what comes in is dealt with where it is read.
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

  private static final long NANOS_PER_MILLI = 1_000_000;

  /** A bound for the case that the clock of {@link #later} is far off. */
  private static final long MAX_WAIT_MS = 1_000;

  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final Selector selector;

  /** Whether the thread waits, or is about to: then a new task has to wake it. */
  private final AtomicBoolean asleep = new AtomicBoolean();

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

  Dispatcher() {
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs the task on this dispatcher's thread. Any thread. */
  void execute(Runnable task) {
    tasks.add(task);
    if (asleep.get() && asleep.compareAndSet(true, false)) {
      selector.wakeup();
    }
  }

  /**
   * From now on calls {@code readable} on this dispatcher's thread whenever the channel has
   * something to read, or has ended, until it is closed. What it does must not block. Any thread.
   *
   * @throws ClosedChannelException if it is closed already
   */
  void watch(SelectableChannel channel, Runnable readable) throws ClosedChannelException {
    channel.register(selector, SelectionKey.OP_READ, readable);
    // A thread that waits does not know of the channel.
    execute(() -> {});
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
    try (selector) {
      while (!Thread.currentThread().isInterrupted()) {
        await(round);
        gather(round);
        round.forEach(Dispatcher::runSafely);
        round.clear();
        flush();
      }
    } catch (IOException | ClosedSelectorException e) {
      LOG.log(Level.ERROR, "A dispatcher has ended", e);
    }
  }

  /** Waits for a task, for something to read, or until one of the later tasks is due. */
  private void await(List<Runnable> round) throws IOException {
    Consumer<SelectionKey> readable = key -> round.add((Runnable) key.attachment());
    asleep.set(true);
    Later next = later.peek();
    long nanos = next == null ? Long.MAX_VALUE : next.at - System.nanoTime();
    if (tasks.isEmpty() && nanos > 0) {
      // Zero would mean for ever.
      selector.select(readable, Math.max(1, Math.min(nanos / NANOS_PER_MILLI, MAX_WAIT_MS)));
    } else {
      selector.selectNow(readable);
    }
    asleep.set(false);
  }

  private void gather(List<Runnable> round) {
    Later next = later.peek();
    while (next != null && next.at - System.nanoTime() <= 0) {
      round.add(later.remove().task);
      next = later.peek();
    }
    Runnable task = round.size() < ROUND ? tasks.poll() : null;
    while (task != null) {
      round.add(task);
      task = round.size() < ROUND ? tasks.poll() : null;
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
