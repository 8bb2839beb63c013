package dev.parley.delivery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one dispatcher counts of every single write: without a lock, and without what a container
 * puts before its beans. On its thread only, except {@link #waiting()}.
 */
final class DispatcherMeter {
  private final MeterRegistry registry;
  private final Clock clock;
  private final Timer latency;
  private final Map<String, Counter> deliveries = new HashMap<>();
  private final AtomicLong waiting = new AtomicLong();

  DispatcherMeter(MeterRegistry registry, Clock clock, Timer latency) {
    this.registry = registry;
    this.clock = clock;
    this.latency = latency;
  }

  /** So many bytes more wait (or fewer, when negative). */
  void waiting(long change) {
    // Nobody else writes it.
    waiting.lazySet(waiting.getPlain() + change);
  }

  /** How many bytes wait; any thread. */
  long waiting() {
    return waiting.get();
  }

  /** Counts each message; the time is taken once a write, of the one that has waited longest. */
  void delivered(String transport, Batch batch) {
    if (batch.messages() > 0) {
      deliveries
          .computeIfAbsent(
              transport, kind -> registry.counter("parley.deliveries", "transport", kind))
          .increment(batch.messages());
      latency.record(Math.max(0, clock.millis() - batch.oldest()), TimeUnit.MILLISECONDS);
    }
  }
}
