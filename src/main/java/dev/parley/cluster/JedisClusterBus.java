package dev.parley.cluster;

import dev.parley.platform.Ids;
import dev.parley.platform.WorkerThreads;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.StreamPosition;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The bus of several nodes, through the publish and subscribe of Redis.
 *
 * <p>This node's own announcements reach its listener within the call, whatever Redis does; the
 * echo is dropped. For the others they wait in a bounded queue. While Redis is away nothing blocks
 * and nothing fails: {@link #isUp} is false, {@link #subscribe} completes at once, announcements
 * are kept as far as there is room, and the log does the rest. Any thread.
 */
final class JedisClusterBus implements ClusterBus, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(JedisClusterBus.class.getName());

  private final Topics topics;
  private final List<RedisLane> lanes;
  private volatile @Nullable BusListener listener;

  JedisClusterBus(
      RedisAddress address,
      RedisSettings settings,
      BusSecret secret,
      MeterRegistry registry,
      Ids ids) {
    boolean sharded = address.kind() == RedisAddress.Kind.CLUSTER;
    topics = new Topics(settings.prefix, sharded ? settings.clusterLanes : 0);
    RedisLink redis =
        new RedisLink(
            settings,
            new RedisNodes(address, settings.timeout),
            topics,
            secret,
            new BusMetrics(registry),
            ids.timeOrdered().getLeastSignificantBits());
    BusListener safely = new Safely();
    lanes =
        IntStream.range(0, topics.count())
            .mapToObj(number -> new RedisLane(number, redis, safely))
            .toList();
    LOG.log(Level.INFO, "Cluster bus: Redis, {0}", address);
  }

  /** Connects, and stays connected until it is closed. */
  JedisClusterBus start(WorkerThreads threads) {
    lanes.forEach(lane -> lane.start(threads));
    return this;
  }

  @Override
  public void listen(BusListener newListener) {
    listener = newListener;
  }

  @Override
  public void announce(Envelope envelope) {
    RedisLane lane = lane(envelope.channel());
    lane.announce(envelope);
    BusListener current = listener;
    if (current != null && lane.wants(envelope.channel())) {
      current.heard(envelope);
    }
  }

  @Override
  public CompletionStage<Void> subscribe(ChannelKey channel) {
    return lane(channel).subscriptions.subscribe(channel);
  }

  @Override
  public void unsubscribe(ChannelKey channel) {
    lane(channel).subscriptions.unsubscribe(channel);
  }

  @Override
  public Duration outage() {
    return lanes.stream().map(RedisLane::outage).reduce(Duration.ZERO, JedisClusterBus::longer);
  }

  /** Whether everything that was announced has been handed to Redis. */
  boolean isIdle() {
    return lanes.stream().allMatch(RedisLane::isIdle);
  }

  @Override
  public void close() {
    lanes.forEach(RedisLane::end);
  }

  private RedisLane lane(ChannelKey channel) {
    return lanes.get(topics.lane(channel));
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  /** What the listener throws must not cost the connection on which it was called. */
  private final class Safely implements BusListener {
    @Override
    public void heard(Envelope envelope) {
      tell(current -> current.heard(envelope));
    }

    @Override
    public void moved(ChannelKey channel, StreamPosition position) {
      tell(current -> current.moved(channel, position));
    }

    @Override
    public void mayHaveMissed() {
      tell(BusListener::mayHaveMissed);
    }

    private void tell(Consumer<BusListener> what) {
      BusListener current = listener;
      if (current == null) {
        return;
      }
      try {
        what.accept(current);
      } catch (RuntimeException e) {
        LOG.log(Level.WARNING, "What was heard could not be used", e);
      }
    }
  }
}
