package dev.parley.message;

import dev.parley.platform.Stage;
import dev.parley.platform.Stage.Part;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.ServerFrame.Published;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Appends what waits, together: while one transaction commits, the next one's messages gather. A
 * channel always uses the same lane, so its messages keep the order in which they came. One thread
 * runs {@link #loop}; {@link #offer} and {@link #stop} are for any.
 */
final class AppendLane {
  private static final System.Logger LOG = System.getLogger(AppendLane.class.getName());

  /** How often an idle lane looks whether it should end. */
  private static final long STOP_CHECK_MS = 500;

  /**
   * A batch that has failed sooner is tried again, each message alone: a database that answers or
   * refuses at once costs nobody much time.
   */
  private static final long RETRY_WITHIN_NANOS = 1_000_000_000;

  private record Waiting(Append append, CompletableFuture<Published> answer, Stage stage) {}

  private final MessageLog log;
  private final Failures failures;
  private final int batch;
  private final BlockingQueue<Waiting> queue;
  private volatile boolean stopped;

  /** Whether the attempt under way may have stored something. For the lane's thread. */
  private boolean mayBeStored;

  AppendLane(MessageLog log, Failures failures, MessageSettings settings) {
    this.log = log;
    this.failures = failures;
    this.batch = settings.batch;
    this.queue = new ArrayBlockingQueue<>(settings.queue);
  }

  /** Completes after the commit, or with the rejection; never blocks. */
  CompletionStage<Published> offer(Append append) {
    Waiting waiting = new Waiting(append, new CompletableFuture<>(), Stage.start());
    if (!queue.offer(waiting)) {
      throw CommandRejected.unavailable("too many messages are waiting to be stored", null);
    }
    if (stopped) {
      // The loop may have ended before it could see this one.
      rejectRest();
    }
    return waiting.answer;
  }

  /**
   * Ends the loop after what is under way; all who wait are told to try again. Not by an interrupt,
   * which the embedded database answers by closing its file.
   */
  void stop() {
    stopped = true;
  }

  void loop() {
    List<Waiting> batched = new ArrayList<>(batch);
    try {
      while (!stopped) {
        gather(batched);
        if (!batched.isEmpty() && !stopped) {
          append(batched);
          batched.clear();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      stopped = true;
      reject(batched, stopping());
      rejectRest();
    }
  }

  private void gather(List<Waiting> batched) throws InterruptedException {
    Waiting first = queue.poll(STOP_CHECK_MS, TimeUnit.MILLISECONDS);
    if (first != null) {
      batched.add(first);
      queue.drainTo(batched, batch - 1);
    }
  }

  private void append(List<Waiting> waiting) {
    waiting.forEach(one -> one.stage.end(Part.WAIT, 1));
    Stage stage = Stage.start();
    long start = System.nanoTime();
    mayBeStored = false;
    List<Outcome> outcomes;
    try {
      outcomes = log.append(waiting.stream().map(Waiting::append).toList(), this::beforeCommit);
    } catch (RuntimeException | LinkageError e) {
      if (failures.isOutOfReach(e) && System.nanoTime() - start > RETRY_WITHIN_NANOS) {
        // It does not refuse, it is silent: each further attempt would take as long.
        giveUp(waiting, mayBeStored, e);
      } else {
        LOG.log(Level.DEBUG, "A batch of {0} failed, each alone now", waiting.size());
        appendEach(waiting, mayBeStored);
      }
      return;
    }
    stage.end(Part.STORE, outcomes.size());
    for (int i = 0; i < outcomes.size(); i++) {
      answer(waiting.get(i), outcomes.get(i));
    }
  }

  private void beforeCommit() {
    mayBeStored = true;
  }

  /** One message that cannot be stored must not take the others of its batch with it. */
  private void appendEach(List<Waiting> waiting, boolean inDoubt) {
    for (int i = 0; i < waiting.size(); i++) {
      Waiting one = waiting.get(i);
      mayBeStored = inDoubt;
      try {
        answer(one, log.appendUnlessStored(one.append, this::beforeCommit));
      } catch (RuntimeException | LinkageError e) {
        if (failures.isOutOfReach(e)) {
          giveUp(waiting.subList(i, i + 1), mayBeStored, e);
          giveUp(waiting.subList(i + 1, waiting.size()), inDoubt, e);
          return;
        }
        // Nothing that one message meets may end the lane: those behind it would wait for ever.
        one.answer.completeExceptionally(failures.toRejection(e));
      }
    }
  }

  /**
   * The database is out of reach: whoever was tried or waits is told now, instead of waiting for
   * one attempt after the other.
   */
  private void giveUp(List<Waiting> tried, boolean inDoubt, Throwable failure) {
    CommandRejected rejection = failures.toRejection(failure);
    reject(tried, inDoubt ? failures.inDoubt(failure) : rejection);
    List<Waiting> rest = new ArrayList<>();
    queue.drainTo(rest);
    reject(rest, rejection);
  }

  private static void answer(Waiting waiting, Outcome outcome) {
    if (outcome.published() != null) {
      waiting.answer.complete(outcome.published());
    } else if (outcome.rejected() != null) {
      waiting.answer.completeExceptionally(outcome.rejected());
    } else {
      waiting.answer.completeExceptionally(
          new CommandRejected(ErrorCode.INTERNAL, "no outcome was recorded"));
    }
  }

  private void rejectRest() {
    List<Waiting> rest = new ArrayList<>();
    queue.drainTo(rest);
    reject(rest, stopping());
  }

  private static CommandRejected stopping() {
    return CommandRejected.unavailable("the node is stopping", null);
  }

  private static void reject(List<Waiting> waiting, CommandRejected rejection) {
    waiting.forEach(one -> one.answer.completeExceptionally(rejection));
  }
}
