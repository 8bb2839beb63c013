package dev.parley.message;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;

/**
 * Ends the process between the commit and everything that follows it, announcement and answer, for
 * a message that carries the mark. Laid over the WAR by tests with nodes of their own.
 */
@ApplicationScoped
public class CrashFailpoint {
  /** In a message's data, on a node that nobody needs any more. */
  public static final String CRASH = "crash-after-commit";

  /** How the process ends. */
  public static final int EXIT_CODE = 87;

  @Resource(lookup = "java:comp/TransactionSynchronizationRegistry")
  TransactionSynchronizationRegistry transaction;

  void inTransaction(@Observes MessagePublished published) {
    boolean marked =
        published.messages().stream()
            .anyMatch(stored -> stored.message().data().value().contains(CRASH));
    if (marked) {
      // Before those of the observers that wait for the end of the transaction.
      transaction.registerInterposedSynchronization(new Crash());
    }
  }

  private static final class Crash implements Synchronization {
    @Override
    public void beforeCompletion() {
      // The commit is to succeed.
    }

    @Override
    public void afterCompletion(int status) {
      Runtime.getRuntime().halt(EXIT_CODE);
    }
  }
}
