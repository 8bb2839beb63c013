package dev.parley.notification;

import dev.parley.message.MessageSettings;
import dev.parley.notification.InboxRetentionStore.Tenants;
import dev.parley.platform.WorkerThreads;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * Removes notifications that have outlived their retention, and calls whose keys have. Every node
 * does it; two that meet only find less to do.
 */
@ApplicationScoped
class InboxRetention {
  private static final System.Logger LOG = System.getLogger(InboxRetention.class.getName());

  @Inject InboxRetentionStore store;
  @Inject JobStore jobs;
  @Inject NotificationSettings settings;
  @Inject MessageSettings messages;
  @Inject WorkerThreads threads;
  @Inject Clock clock;

  void start(@Observes @Initialized(ApplicationScoped.class) Object application) {
    long period = Math.max(1, messages.sweepInterval.toMillis());
    Future<?> unused =
        threads
            .timer("notification-retention")
            .scheduleWithFixedDelay(this::sweepSafely, period, period, TimeUnit.MILLISECONDS);
  }

  private void sweepSafely() {
    try {
      sweep();
    } catch (RuntimeException e) {
      LOG.log(
          Level.WARNING, "Notifications could not be trimmed, next time again: {0}", e.toString());
    }
  }

  /** Applies retention now. */
  void sweep() {
    settings.retentionByTenant.forEach((org, rule) -> sweep(Tenants.only(org), rule));
    sweep(Tenants.allBut(settings.retentionByTenant.keySet()), settings.retention);
    while (store.forgetReleased() == InboxRetentionStore.STEP) {
      // The next step.
    }
    Instant forgotten = clock.instant().minus(messages.keyRetention);
    while (jobs.removeFinished(forgotten) == JobStore.STEP) {
      // The next step.
    }
  }

  private void sweep(Tenants tenants, KeepRule rule) {
    int count = rule.count();
    trim(() -> store.tooLong(tenants, count), inbox -> store.trim(inbox, count));
    if (!rule.age().isZero()) {
      Instant oldest = clock.instant().minus(rule.age());
      trim(() -> store.tooOld(tenants, oldest), inbox -> store.trim(inbox, oldest));
    }
  }

  /** Step by step, until no inbox is left that has too much. */
  private static void trim(Supplier<List<Long>> inboxesToTrim, LongConsumer step) {
    List<Long> inboxes;
    do {
      inboxes = inboxesToTrim.get();
      inboxes.forEach(step::accept);
    } while (!inboxes.isEmpty());
  }
}
