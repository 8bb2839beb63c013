package dev.parley.cluster;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Those who wait until Redis has confirmed something, and for how long they do. As many as have
 * come within that time. Stages are handed out, not completed: that is done without any lock. Not
 * for two threads at once.
 */
final class WaitingStages {
  private record Waiting(long deadline, CompletableFuture<Void> stage) {
    boolean isOver(long now) {
      return stage.isDone() || deadline - now <= 0;
    }
  }

  private final long patienceNanos;
  private final Deque<Waiting> waiting = new ArrayDeque<>();

  WaitingStages(long patienceNanos) {
    this.patienceNanos = patienceNanos;
  }

  void add(CompletableFuture<Void> stage) {
    waiting.add(new Waiting(System.nanoTime() + patienceNanos, stage));
  }

  /** These have waited long enough. */
  void expire(List<CompletableFuture<Void>> stages) {
    stages.forEach(stage -> waiting.addFirst(new Waiting(System.nanoTime(), stage)));
  }

  /** Takes out who has waited long enough. */
  List<CompletableFuture<Void>> takeOverdue() {
    List<CompletableFuture<Void>> taken = new ArrayList<>();
    long now = System.nanoTime();
    while (!waiting.isEmpty() && waiting.peek().isOver(now)) {
      taken.add(waiting.remove().stage);
    }
    return taken;
  }

  /** Takes out everybody. */
  List<CompletableFuture<Void>> takeAll() {
    List<CompletableFuture<Void>> taken = waiting.stream().map(Waiting::stage).toList();
    waiting.clear();
    return taken;
  }
}
