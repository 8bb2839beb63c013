package dev.parley.delivery;

import dev.parley.protocol.OrgId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One thread to which connections are pinned: everything that happens to a connection happens here,
 * one thing after the other, so nothing about it needs a lock. Tasks must not block. Channels that
 * are watched are read on this thread too: what comes in is dealt with where it is read.
 *
 * <p>What the tasks of one round have queued for a connection leaves together at the end of the
 * round: a connection that is alone in it is written at once, a busy one gathers. Channels deliver
 * in the {@link FairTurns} of their tenants.
 *
 * <p>The queue is not bounded by itself but by what may enter it: one wake-up a channel, one write
 * result a connection, and the commands that each connection may have under way.
 */
final class Dispatcher {
  private static final System.Logger LOG = System.getLogger(Dispatcher.class.getName());

  /** Tasks of one round: enough to gather, few enough to keep the first one's wait short. */
  private static final int ROUND = 512;

  private static final int READ_AND_WRITE = SelectionKey.OP_READ | SelectionKey.OP_WRITE;

  private static final long NANOS_PER_MILLI = 1_000_000;

  /** A bound for the case that the clock of {@link #later} is far off. */
  private static final long MAX_WAIT_MS = 1_000;

  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final Selector selector;
  private final DispatcherMeter meter;
  private final FairTurns turns;

  /** Whether the thread waits, or is about to: then a new task has to wake it. */
  private final AtomicBoolean asleep = new AtomicBoolean();

  private final Selected selected = new Selected();
  private final List<Runnable> round = new ArrayList<>(ROUND);

  /** Queues that have something to write; each is in it once. */
  private final List<OutboundQueue> dirty = new ArrayList<>();

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

  /** What was asked for a channel, made once. */
  private record Watch(Runnable readable, Runnable writable) {
    Watch(Watched watched) {
      this(watched::readable, watched::writable);
    }
  }

  /** Puts what the selector has found into the round. */
  private final class Selected implements Consumer<SelectionKey> {
    @Override
    public void accept(SelectionKey key) {
      Watch watch = (Watch) key.attachment();
      int ready;
      try {
        ready = key.readyOps();
      } catch (CancelledKeyException e) {
        // Closed by another thread just now: reading finds out.
        ready = SelectionKey.OP_READ;
      }
      if ((ready & SelectionKey.OP_WRITE) != 0) {
        setInterest(key, SelectionKey.OP_READ);
        round.add(watch.writable);
      }
      if ((ready & SelectionKey.OP_READ) != 0) {
        round.add(watch.readable);
      }
    }
  }

  Dispatcher(DispatcherMeter meter, ToIntFunction<OrgId> weights) {
    this.meter = meter;
    this.turns = new FairTurns(weights);
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
   * From now on tells of what happens to the channel, until it is closed. Behind the tasks that are
   * waiting now, so that what they do comes before what is read. Any thread.
   */
  void watch(SelectableChannel channel, Watched watched) {
    execute(
        () -> {
          try {
            channel.register(selector, READ_AND_WRITE, new Watch(watched));
          } catch (ClosedChannelException | CancelledKeyException e) {
            // Reading finds out that it has ended.
            watched.readable();
          }
        });
  }

  /** Tells once when a watched channel can be written to again. Any thread. */
  void tellWhenWritable(SelectableChannel channel) {
    run(
        () -> {
          SelectionKey key = channel.keyFor(selector);
          if (key != null) {
            setInterest(key, READ_AND_WRITE);
          }
        });
  }

  private static void setInterest(SelectionKey key, int operations) {
    try {
      key.interestOps(operations);
    } catch (CancelledKeyException e) {
      LOG.log(Level.DEBUG, "A connection has ended: {0}", e.toString());
    }
  }

  /** Runs the task now when this is the thread, and later otherwise. */
  void run(Runnable task) {
    if (isCurrent()) {
      task.run();
    } else {
      execute(task);
    }
  }

  /** What its connections count with; on this dispatcher's thread. */
  DispatcherMeter meter() {
    return meter;
  }

  boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /** Notes that a queue has something to write; on this dispatcher's thread. */
  void flushLater(OutboundQueue queue) {
    if (queue.markDirty()) {
      dirty.add(queue);
    }
  }

  /** Lets a channel deliver when it is its tenant's turn; on this thread. */
  void takeTurn(FairTurns.Turn turn) {
    turns.add(turn);
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
    try (selector) {
      while (!Thread.currentThread().isInterrupted()) {
        awaitSafely();
        gather();
        round.forEach(Dispatcher::runSafely);
        round.clear();
        turns.round();
        flush();
      }
    } catch (IOException | ClosedSelectorException e) {
      LOG.log(Level.ERROR, "A dispatcher has ended", e);
    }
  }

  /** Whatever one connection does, the others on this thread go on. */
  private void awaitSafely() throws IOException {
    try {
      await();
    } catch (ClosedSelectorException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "A dispatcher could not wait", e);
    }
  }

  /** Waits for a task, for something to read, or until one of the later tasks is due. */
  private void await() throws IOException {
    asleep.set(true);
    Later next = later.peek();
    long nanos = next == null ? Long.MAX_VALUE : next.at - System.nanoTime();
    if (tasks.isEmpty() && turns.isEmpty() && nanos > 0) {
      // Zero would mean for ever.
      selector.select(selected, Math.max(1, Math.min(nanos / NANOS_PER_MILLI, MAX_WAIT_MS)));
    } else {
      selector.selectNow(selected);
    }
    asleep.set(false);
  }

  private void gather() {
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

  /** The deliveries of this turn; none when it has failed. */
  static long takeSafely(FairTurns.Turn turn) {
    try {
      return turn.take();
    } catch (Exception | LinkageError | OutOfMemoryError | StackOverflowError e) {
      LOG.log(Level.ERROR, "A channel could not be delivered", e);
      return 0;
    }
  }

  private static void runSafely(Runnable task) {
    try {
      task.run();
    } catch (Exception | LinkageError | OutOfMemoryError | StackOverflowError e) {
      // One connection's fault must not stop the others that share its thread.
      LOG.log(Level.ERROR, "A delivery task failed", e);
    }
  }
}
