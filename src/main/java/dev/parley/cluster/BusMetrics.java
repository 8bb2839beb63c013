package dev.parley.cluster;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** What the bus counts; and what it says in the log, once for each episode. Any thread. */
final class BusMetrics {
  private static final System.Logger LOG = System.getLogger(BusMetrics.class.getName());

  /** Two of a kind within this time are one episode. */
  private static final long EPISODE = Duration.ofMinutes(1).toNanos();

  private final Map<EnvelopeRejected.Reason, Counter> rejected =
      new EnumMap<>(EnvelopeRejected.Reason.class);
  private final Counter overflowed;
  private final Counter unsent;
  private final Counter reconnects;
  private final AtomicLong lastRejected = new AtomicLong(System.nanoTime() - 2 * EPISODE);
  private final AtomicLong lastOverflow = new AtomicLong(System.nanoTime() - 2 * EPISODE);

  BusMetrics(MeterRegistry registry) {
    for (EnvelopeRejected.Reason reason : EnvelopeRejected.Reason.values()) {
      rejected.put(reason, registry.counter("parley.bus.rejected", "reason", reason.label()));
    }
    overflowed = registry.counter("parley.bus.dropped", "reason", "overflow");
    unsent = registry.counter("parley.bus.dropped", "reason", "unsent");
    reconnects = registry.counter("parley.bus.reconnects");
  }

  /** Something came that none of our nodes has sent. */
  void rejected(EnvelopeRejected.Reason reason) {
    Objects.requireNonNull(rejected.get(reason)).increment();
    if (isNew(lastRejected)) {
      LOG.log(
          Level.WARNING,
          "Dropped what came through Redis ({0}): somebody else writes there, or nodes differ in"
              + " release or parley.redis.secret",
          reason.label());
    }
  }

  /** An announcement found no place to wait. */
  void overflowed() {
    overflowed.increment();
    if (isNew(lastOverflow)) {
      LOG.log(Level.WARNING, "Redis is too slow or away: other nodes read the log instead");
    }
  }

  /** Announcements were under way when the connection broke. */
  void unsent(int count) {
    unsent.increment(count);
  }

  void reconnected() {
    reconnects.increment();
  }

  private static boolean isNew(AtomicLong last) {
    long now = System.nanoTime();
    long before = last.getAndSet(now);
    return now - before > EPISODE;
  }
}
