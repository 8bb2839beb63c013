package dev.parley.delivery;

import dev.parley.channel.Lane;
import dev.parley.cluster.ClusterBus;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** What delivery counts. Any thread. */
@ApplicationScoped
class DeliveryMetrics {
  @Inject MeterRegistry registry;
  @Inject Clock clock;
  @Inject ClusterBus bus;

  private final List<DispatcherMeter> meters = new CopyOnWriteArrayList<>();
  private final AtomicInteger slow = new AtomicInteger();
  private Timer latency;

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
    registry.gauge("parley.outbound.queue.bytes", this, metrics -> metrics.waiting());
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

  /** What a new dispatcher counts with. */
  DispatcherMeter meter() {
    DispatcherMeter meter = new DispatcherMeter(registry, clock, latency);
    meters.add(meter);
    return meter;
  }

  private long waiting() {
    return meters.stream().mapToLong(DispatcherMeter::waiting).sum();
  }
}
