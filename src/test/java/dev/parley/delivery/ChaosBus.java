package dev.parley.delivery;

import dev.parley.cluster.BusListener;
import dev.parley.cluster.ClusterBus;
import dev.parley.cluster.Envelope;
import dev.parley.cluster.InMemoryClusterBus;
import dev.parley.protocol.ChannelKey;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A bus that, when told to, loses, doubles, delays and reorders what it is given. */
final class ChaosBus implements ClusterBus {
  private final ClusterBus bus = new InMemoryClusterBus();
  private final ScheduledExecutorService timer;
  private final Random random;
  private volatile boolean wild;
  private volatile boolean deaf;

  ChaosBus(ScheduledExecutorService timer, long seed) {
    this.timer = timer;
    this.random = new Random(seed);
  }

  void goWild() {
    wild = true;
  }

  /** Loses everything, until it is told to hear again. */
  void beDeaf(boolean now) {
    deaf = now;
  }

  @Override
  public void listen(BusListener listener) {
    bus.listen(listener);
  }

  @Override
  public void announce(Envelope envelope) {
    if (deaf) {
      return;
    }
    if (!wild) {
      bus.announce(envelope);
      return;
    }
    int fate = random.nextInt(10);
    if (fate < 5) {
      bus.announce(envelope);
    }
    if (fate > 1) {
      var unused =
          timer.schedule(() -> bus.announce(envelope), random.nextInt(2000), TimeUnit.MICROSECONDS);
    }
  }

  @Override
  public CompletionStage<Void> subscribe(ChannelKey channel) {
    return bus.subscribe(channel);
  }

  @Override
  public void unsubscribe(ChannelKey channel) {
    bus.unsubscribe(channel);
  }

  @Override
  public Duration outage() {
    return Duration.ZERO;
  }
}
