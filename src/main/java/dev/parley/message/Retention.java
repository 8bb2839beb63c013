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
  }

  private void sweep(Namespace namespace) {
    if (namespace.retentionCount() > 0) {
      sweepCount(namespace);
    }
    if (!namespace.retentionAge().isZero()) {
      sweepAge(namespace, clock.instant().minus(namespace.retentionAge()));
    }
  }

  private void sweepCount(Namespace namespace) {
    List<Long> channels;
    do {
      channels = store.tooLong(namespace.name(), namespace.retentionCount());
      for (long channel : channels) {
        store.trim(channel, namespace.retentionCount());
      }
    } while (!channels.isEmpty());
  }

  private void sweepAge(Namespace namespace, Instant oldest) {
    List<Long> channels;
    do {
      channels = store.tooOld(namespace.name(), oldest);
      for (long channel : channels) {
        store.trim(channel, oldest);
      }
    } while (!channels.isEmpty());
  }
}
