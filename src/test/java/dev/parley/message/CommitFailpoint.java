package dev.parley.message;

import dev.parley.message.MessagePublished.Stored;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Stands inside the append's transaction, behind the point at which offsets are given: makes the
 * commit fail, or holds it back, for messages that carry a mark. Also notes what was announced.
 */
@ApplicationScoped
public class CommitFailpoint {
  public static final String FAIL = "commit-fails";
  static final String HOLD = "commit-is-held-";

  @Resource(lookup = "java:comp/TransactionSynchronizationRegistry")
  TransactionSynchronizationRegistry transaction;

  private final Map<String, Held> held = new ConcurrentHashMap<>();
  private final List<Stored> announced = new CopyOnWriteArrayList<>();

  /** A transaction that is held back: {@code reached} when it has its offsets. */
  record Held(CountDownLatch reached, CountDownLatch released) {}

  Held hold(String mark) {
    return held.computeIfAbsent(
        mark, key -> new Held(new CountDownLatch(1), new CountDownLatch(1)));
  }

  List<Stored> announced() {
    return List.copyOf(announced);
  }

  void inTransaction(@Observes MessagePublished published) throws InterruptedException {
    for (Stored stored : published.messages()) {
      String data = stored.message().data().value();
      if (data.contains(FAIL)) {
        transaction.registerInterposedSynchronization(new FailingCommit());
      }
      for (Map.Entry<String, Held> entry : held.entrySet()) {
        if (data.contains(entry.getKey())) {
          entry.getValue().reached().countDown();
          boolean released = entry.getValue().released().await(30, TimeUnit.SECONDS);
          if (!released) {
            throw new IllegalStateException("nobody released the commit");
          }
        }
      }
    }
  }

  void afterSuccess(@Observes(during = TransactionPhase.AFTER_SUCCESS) MessagePublished published) {
    announced.addAll(published.messages());
  }

  /** Fails when the transaction is about to commit, as a constraint or a lost disk does. */
  private final class FailingCommit implements Synchronization {
    @Override
    public void beforeCompletion() {
      if (transaction.getTransactionStatus() == Status.STATUS_ACTIVE) {
        throw new IllegalStateException("this commit fails on purpose");
      }
    }

    @Override
    public void afterCompletion(int status) {
      // Nothing was held.
    }
  }
}
