package dev.parley.message;

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

/**
 * Appends what waits, together: while one transaction commits, the next one's messages gather. A
 * channel always uses the same lane, so its messages keep the order in which they came. One thread
 * runs {@link #loop}; {@link #offer} is for any.
 */
final class AppendLane {
  private static final System.Logger LOG = System.getLogger(AppendLane.class.getName());

  private record Waiting(Append append, CompletableFuture<Published> answer) {}

  private final MessageLog log;
  private final Failures failures;
  private final int batch;
  private final BlockingQueue<Waiting> queue;

  AppendLane(MessageLog log, Failures failures, MessageSettings settings) {
    this.log = log;
    this.failures = failures;
    this.batch = settings.batch;
    this.queue = new ArrayBlockingQueue<>(settings.queue);
  }

  /** Completes after the commit, or with the rejection; never blocks. */
  CompletionStage<Published> offer(Append append) {
    Waiting waiting = new Waiting(append, new CompletableFuture<>());
    if (!queue.offer(waiting)) {
      throw CommandRejected.unavailable("too many messages are waiting to be stored", null);
    }
    return waiting.answer;
  }

  void loop() {
    List<Waiting> batched = new ArrayList<>(batch);
    try {
      while (!Thread.currentThread().isInterrupted()) {
        batched.add(queue.take());
        queue.drainTo(batched, batch - 1);
        append(batched);
        batched.clear();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    reject(batched);
    rejectRest();
  }

  private void append(List<Waiting> waiting) {
    List<Outcome> outcomes;
    try {
      outcomes = log.append(waiting.stream().map(Waiting::append).toList());
    } catch (RuntimeException | LinkageError e) {
      LOG.log(Level.DEBUG, "A batch of {0} failed, each alone now", waiting.size());
      appendEach(waiting);
      return;
    }
    for (int i = 0; i < outcomes.size(); i++) {
      answer(waiting.get(i), outcomes.get(i));
    }
  }

  /** One message that cannot be stored must not take the others of its batch with it. */
  private void appendEach(List<Waiting> waiting) {
    for (Waiting one : waiting) {
      try {
        answer(one, log.appendUnlessStored(one.append));
      } catch (RuntimeException | LinkageError e) {
        // Nothing that one message meets may end the lane: those behind it would wait for ever.
        one.answer.completeExceptionally(failures.toRejection(e));
      }
    }
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
    reject(rest);
  }

  private static void reject(List<Waiting> waiting) {
    waiting.forEach(
        one ->
            one.answer.completeExceptionally(
                CommandRejected.unavailable("the node is stopping", null)));
  }
}
