package dev.parley.cluster;

import dev.parley.protocol.ChannelKey;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The bus of a single node: an announcement reaches the listener within the call. */
public class InMemoryClusterBus implements ClusterBus {
  private final ConcurrentMap<ChannelKey, Integer> subscriptions = new ConcurrentHashMap<>();
  private volatile @Nullable BusListener listener;

  @Override
  public void listen(BusListener newListener) {
    listener = newListener;
  }

  @Override
  public void announce(Envelope envelope) {
    BusListener current = listener;
    if (current != null && subscriptions.containsKey(envelope.channel())) {
      current.heard(envelope);
    }
  }

  @Override
  public CompletionStage<Void> subscribe(ChannelKey channel) {
    subscriptions.merge(channel, 1, Integer::sum);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void unsubscribe(ChannelKey channel) {
    subscriptions.computeIfPresent(channel, (key, count) -> count == 1 ? null : count - 1);
  }

  @Override
  public Duration outage() {
    return Duration.ZERO;
  }
}
