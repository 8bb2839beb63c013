package dev.parley.message;

import dev.parley.channel.Namespace;
import dev.parley.channel.Namespaces;
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
 * Removes what has outlived its namespace's retention, and idempotency keys after their day. Every
 * node does it; two that meet only find less to do. Each step is a short transaction of its own.
 */
@ApplicationScoped
public class Retention {
  private static final System.Logger LOG = System.getLogger(Retention.class.getName());

  @Inject Namespaces namespaces;
  @Inject RetentionStore store;
  @Inject MessageSettings settings;
  @Inject ReceiptSettings receipts;
  @Inject WorkerThreads threads;
  @Inject Clock clock;

  void start(@Observes @Initialized(ApplicationScoped.class) Object application) {
    long period = Math.max(1, settings.sweepInterval.toMillis());
    Future<?> unused =
        threads
            .timer("retention")
            .scheduleWithFixedDelay(this::sweepSafely, period, period, TimeUnit.MILLISECONDS);
  }

  private void sweepSafely() {
    try {
      sweep();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "Retention could not be applied, next time again: {0}", e.toString());
    }
  }

  /** Applies retention now. */
  public void sweep() {
    for (Namespace namespace : namespaces.all()) {
      sweep(namespace);
    }
    Instant dayAgo = clock.instant().minus(settings.keyRetention);
    while (store.removeKeys(dayAgo) == RetentionStore.STEP) {
      // The next step.
    }
    while (store.forgetReleased() == RetentionStore.STEP) {
      // The next step.
    }
    Instant oldest = clock.instant().minus(receipts.timeRetention);
    while (!store.removeReceiptTimes(oldest)) {
      // The next step.
    }
  }

  private void sweep(Namespace namespace) {
    String name = namespace.name();
    long count = namespace.retentionCount();
    if (count > 0) {
      trim(() -> store.tooLong(name, count), channel -> store.trim(channel, count));
    }
    if (!namespace.retentionAge().isZero()) {
      Instant oldest = clock.instant().minus(namespace.retentionAge());
      trim(() -> store.tooOld(name, oldest), channel -> store.trim(channel, oldest));
    }
  }

  /** Step by step, until no channel is left that has too much. */
  private static void trim(Supplier<List<Long>> channelsToTrim, LongConsumer step) {
    List<Long> channels;
    do {
      channels = channelsToTrim.get();
      channels.forEach(step::accept);
    } while (!channels.isEmpty());
  }
}
