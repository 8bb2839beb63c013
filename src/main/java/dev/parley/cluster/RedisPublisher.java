package dev.parley.cluster;

import dev.parley.cluster.HintQueue.Hint;
import dev.parley.protocol.StreamPosition;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * Tells the other nodes what this one announces, many in one go, and the canary in between. While
 * Redis is away, what waits is kept as far as it has room; what was under way when a connection
 * broke is dropped, because the log repairs it. The loop of one thread.
 */
final class RedisPublisher implements Runnable {
  private static final System.Logger LOG = System.getLogger(RedisPublisher.class.getName());

  /** Only its offset means something. */
  private static final String CANARY_EPOCH = "canary";

  private final RedisLane lane;
  private final RedisSubscriber subscriber;
  private final Backoff backoff;
  private boolean troubled;

  RedisPublisher(RedisLane lane, RedisSubscriber subscriber) {
    this.lane = lane;
    this.subscriber = subscriber;
    this.backoff = new Backoff(lane.ended);
  }

  @Override
  public void run() {
    do {
      lane.subscriptions.releaseOverdue();
      try (RedisConnection connection = lane.redis.nodes().connect(lane.canaryTopic)) {
        tell(connection, lane.redis.codec());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        noteTrouble(e);
      }
    } while (backoff.await());
  }

  private void tell(RedisConnection connection, EnvelopeCodec codec) throws InterruptedException {
    while (lane.ended.getCount() > 0) {
      List<Hint> batch = lane.hints.take(lane.canary.dueIn());
      send(batch, connection, codec);
      backoff.reset();
      noteHealth();
      lane.subscriptions.releaseOverdue();
      if (lane.canary.isUnheard()) {
        subscriber.reconnect();
      }
    }
  }

  private void send(List<Hint> batch, RedisConnection connection, EnvelopeCodec codec) {
    boolean withCanary = lane.canary.dueIn() <= 0;
    try {
      for (Hint hint : batch) {
        publish(hint.topic(), BusMessage.of(lane.redis.self(), hint.envelope()), connection, codec);
      }
      if (withCanary) {
        StreamPosition number = new StreamPosition(CANARY_EPOCH, lane.canary.next());
        publish(lane.canaryTopic, BusMessage.of(lane.redis.self(), number), connection, codec);
      }
      for (Object answer : connection.getMany(batch.size() + (withCanary ? 1 : 0))) {
        if (answer instanceof RuntimeException refusal) {
          throw refusal;
        }
      }
    } catch (RuntimeException e) {
      lane.redis.metrics().unsent(batch.size());
      throw e;
    }
    if (withCanary) {
      lane.canary.delivered();
    }
  }

  private void publish(
      String topic, BusMessage message, RedisConnection connection, EnvelopeCodec codec) {
    byte[] name = EnvelopeCodec.utf8(topic);
    connection.sendCommand(lane.redis.publish(), name, codec.encode(name, message));
  }

  private void noteTrouble(RuntimeException failure) {
    if (!troubled && lane.ended.getCount() > 0) {
      troubled = true;
      LOG.log(Level.WARNING, "Redis cannot be told: {0}", failure.toString());
    }
  }

  private void noteHealth() {
    if (troubled) {
      troubled = false;
      LOG.log(Level.INFO, "Redis is told again");
    }
  }
}
