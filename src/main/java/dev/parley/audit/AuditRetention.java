package dev.parley.audit;

import dev.parley.platform.WorkerThreads;
import jakarta.ejb.EJB;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Removes what is older than the trail is kept, from its old end, and logs an anchor: the newest
 * entry's number and hash, which the verifier can be given. A log is kept elsewhere than the
 * database, so whoever rewrites the whole chain does not fit it. Every node does both.
 */
@ApplicationScoped
public class AuditRetention {
  private static final System.Logger LOG = System.getLogger(AuditRetention.class.getName());

  @EJB AuditStore store;
  @Inject AuditSettings settings;
  @Inject WorkerThreads threads;
  @Inject Clock clock;

  private long anchored;

  void start(@Observes @Initialized(ApplicationScoped.class) Object application) {
    Future<?> unused =
        threads
            .timer("audit-retention")
            .scheduleWithFixedDelay(this::sweepSafely, 1, 60, TimeUnit.MINUTES);
  }

  private void sweepSafely() {
    try {
      if (!settings.retention.isZero()) {
        sweep(clock.instant().minus(settings.retention));
      }
      anchor(store.head());
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "The audit trail is not trimmed, next time again: {0}", e.toString());
    }
  }

  /** Removes all that is older than this and has nothing newer before it. */
  void sweep(Instant end) {
    boolean more;
    do {
      more = store.trim(end);
    } while (more);
  }

  private void anchor(AuditHead head) {
    if (head.last() != anchored) {
      anchored = head.last();
      LOG.log(Level.INFO, "Audit trail: anchor {0}:{1}", Long.toString(anchored), head.lastHash());
    }
  }
}
