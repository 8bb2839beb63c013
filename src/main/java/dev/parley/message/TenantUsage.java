package dev.parley.message;

import dev.parley.platform.BlockingCalls;
import dev.parley.platform.WorkerThreads;
import dev.parley.protocol.OrgId;
import dev.parley.ratelimit.TenantQuotas;
import dev.parley.ratelimit.TenantSettings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Measures now and then what those tenants store that may not store without end; in between {@link
 * TenantQuotas} counts what is added on this node. A measurement reads all of a tenant's messages,
 * so there is none for the others. Any thread; never blocks.
 */
@ApplicationScoped
class TenantUsage {
  private static final System.Logger LOG = System.getLogger(TenantUsage.class.getName());

  /** How soon a tenant is measured of which nothing is known yet. */
  private static final long LOOK_MS = 5_000;

  @Inject TenantQuotas quotas;
  @Inject TenantUsageReader reader;
  @Inject BlockingCalls calls;
  @Inject WorkerThreads threads;
  @Inject TenantSettings settings;

  private final AtomicBoolean measuring = new AtomicBoolean();

  void begin(@Observes @Initialized(ApplicationScoped.class) Object application) {
    long period = Math.min(LOOK_MS, settings.measureEvery().toMillis());
    Future<?> unused =
        threads
            .timer("tenant-usage")
            .scheduleWithFixedDelay(this::measure, period, period, TimeUnit.MILLISECONDS);
  }

  private void measure() {
    if (measuring.compareAndSet(false, true)) {
      CompletableFuture<?> unused =
          calls
              .call(
                  () -> {
                    quotas.due().forEach(this::measure);
                    return true;
                  })
              .whenComplete((done, failure) -> measuring.set(false));
    }
  }

  private void measure(OrgId org) {
    try {
      long before = quotas.beginMeasurement(org);
      quotas.measured(org, before, reader.bytes(org));
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "What a tenant stores cannot be measured now: {0}", e.toString());
    }
  }
}
