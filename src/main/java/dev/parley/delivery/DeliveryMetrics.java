package dev.parley.delivery;

import dev.parley.channel.Lane;
import dev.parley.cluster.ClusterBus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What delivery counts. Any thread. */
@ApplicationScoped
class DeliveryMetrics {
  @Inject MeterRegistry registry;
  @Inject Clock clock;
  @Inject ClusterBus bus;

  private final Map<String, Counter> deliveries = new ConcurrentHashMap<>();
  private final AtomicInteger slow = new AtomicInteger();
  private final AtomicLong waiting = new AtomicLong();
  private @Nullable Timer latency;

  @PostConstruct
  void register() {
    latency =
        Timer.builder("parley.delivery")
            .description("From storing a message to handing it to a socket")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(1))
            .maximumExpectedValue(Duration.ofSeconds(10))
            .register(registry);
    registry.gauge("parley.slow.consumers", slow);
    registry.gauge("parley.outbound.queue.bytes", waiting);
    registry.gauge("parley.bus.up", bus, up -> up.isUp() ? 1 : 0);
  }

  void gapRepaired() {
    registry.counter("parley.gaps.repaired").increment();
  }

  void joined(Joined joined) {
    if (joined.wasRecovering()) {
      String result = joined.recovered() ? "recovered" : "reload";
      registry.counter("parley.recovered", "result", result).increment();
    }
  }

  void waiting(long change) {
    waiting.addAndGet(change);
  }

  void caughtUp(long messages) {
    registry.counter("parley.caught.up").increment((double) messages);
  }

  /** Messages of channels that store nothing, which a connection was too slow to take. */
  void dropped(Lane lane, long messages) {
    registry
        .counter("parley.dropped", "lane", lane.name().toLowerCase(Locale.ROOT))
        .increment((double) messages);
  }

  void slow(int change) {
    slow.addAndGet(change);
  }

  /** Counts each message; the time is taken once a write, of the one that has waited longest. */
  void delivered(String transport, List<OutboundFrame> frames) {
    int count = 0;
    long oldest = Long.MAX_VALUE;
    for (OutboundFrame frame : frames) {
      if (frame.message() != null) {
        count++;
        oldest = Math.min(oldest, frame.message().time());
      }
    }
    if (count > 0) {
      deliveries
          .computeIfAbsent(
              transport, kind -> registry.counter("parley.deliveries", "transport", kind))
          .increment(count);
      if (latency != null) {
        latency.record(Math.max(0, clock.millis() - oldest), TimeUnit.MILLISECONDS);
      }
    }
  }
}
