package dev.parley.notification;

import dev.parley.message.MessageSettings;
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
    int count = settings.retentionCount;
    trim(() -> store.tooLong(count), inbox -> store.trim(inbox, count));
    if (!settings.retentionAge.isZero()) {
      Instant oldest = clock.instant().minus(settings.retentionAge);
      trim(() -> store.tooOld(oldest), inbox -> store.trim(inbox, oldest));
    }
    Instant forgotten = clock.instant().minus(messages.keyRetention);
    while (jobs.removeFinished(forgotten) == JobStore.STEP) {
      // The next step.
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
