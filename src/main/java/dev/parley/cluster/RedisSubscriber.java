package dev.parley.cluster;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.StreamPosition;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Hears what the other nodes announce: one connection, made anew after any break, with everything
 * that this node wants to hear. The canary comes every second; a connection from which nothing
 * comes is therefore dead, however open it looks, and is replaced. The loop of one thread.
 */
final class RedisSubscriber implements Runnable {
  private static final System.Logger LOG = System.getLogger(RedisSubscriber.class.getName());

  private final RedisLane lane;
  private final BusListener listener;
  private final Backoff backoff;
  private volatile @Nullable RedisConnection current;
  private boolean troubled;

  RedisSubscriber(RedisLane lane, BusListener listener) {
    this.lane = lane;
    this.listener = listener;
    this.backoff = new Backoff(lane.ended);
  }

  @Override
  public void run() {
    do {
      try (RedisConnection connection = lane.redis.nodes().connect(lane.canaryTopic)) {
        current = connection;
        hear(connection, lane.redis.codec());
      } catch (RuntimeException e) {
        noteTrouble(e);
      } finally {
        lane.canary.deaf();
        lane.subscriptions.broken();
      }
    } while (backoff.await());
  }

  /** Ends the connection, so that the loop makes a new one. Any thread. */
  void reconnect() {
    RedisConnection connection = current;
    if (connection != null) {
      connection.close();
    }
  }

  private void hear(RedisConnection connection, EnvelopeCodec codec) {
    connection.setPatience(lane.canary.patience());
    connection.send(lane.redis.subscribe(), bytes(lane.canaryTopic));
    while (lane.ended.getCount() > 0) {
      if (!(connection.next() instanceof List<?> said) || said.size() < 3) {
        throw new JedisException("Redis has said something unexpected");
      }
      String topic = text(said.get(1));
      switch (text(said.get(0))) {
        case "subscribe", "ssubscribe" -> subscribed(topic, connection);
        case "unsubscribe", "sunsubscribe" -> confirmed(topic, false);
        case "message", "smessage" -> heard(topic, (byte[]) said.get(2), codec);
        default -> throw new JedisException("Redis has said something unexpected");
      }
    }
  }

  private void subscribed(String topic, RedisConnection connection) {
    if (!topic.equals(lane.canaryTopic)) {
      confirmed(topic, true);
      return;
    }
    backoff.reset();
    lane.canary.listening();
    lane.hints.wake();
    lane.subscriptions.connected(new Commands(connection));
    lane.redis.metrics().reconnected();
    if (troubled) {
      troubled = false;
      LOG.log(Level.INFO, "Redis is heard again");
    }
  }

  private void confirmed(String topic, boolean subscribed) {
    if (!lane.subscriptions.confirmed(topic, subscribed)) {
      throw new JedisException("the slot has moved");
    }
  }

  private void heard(String topic, byte[] payload, EnvelopeCodec codec) {
    boolean isCanary = topic.equals(lane.canaryTopic);
    ChannelKey channel = isCanary ? null : lane.subscriptions.wanted(topic);
    boolean isEcho = EnvelopeCodec.sender(payload) == lane.redis.self();
    if (!isCanary && (channel == null || isEcho)) {
      return;
    }
    try {
      BusMessage message = codec.decode(bytes(topic), payload);
      if (channel == null) {
        StreamPosition position = message.position();
        if (position != null) {
          lane.canary.heard(position.offset());
        }
      } else {
        message.tell(channel, listener);
      }
    } catch (EnvelopeRejected e) {
      lane.redis.metrics().rejected(e.reason());
    }
  }

  private void noteTrouble(RuntimeException failure) {
    if (!troubled && lane.ended.getCount() > 0) {
      troubled = true;
      LOG.log(Level.WARNING, "Redis is not heard: {0}", failure.toString());
    }
  }

  private static byte[] bytes(String text) {
    return EnvelopeCodec.utf8(text);
  }

  private static String text(Object said) {
    return new String((byte[]) said, StandardCharsets.UTF_8);
  }

  /** Commands on the connection that is being heard. One that cannot be sent ends it. */
  private final class Commands implements Subscriptions.Wire {
    private final RedisConnection connection;

    Commands(RedisConnection connection) {
      this.connection = connection;
    }

    @Override
    public void subscribe(List<String> topics) {
      send(lane.redis.subscribe(), topics);
    }

    @Override
    public void unsubscribe(List<String> topics) {
      send(lane.redis.unsubscribe(), topics);
    }

    private void send(ProtocolCommand command, List<String> topics) {
      try {
        connection.send(
            command, topics.stream().map(RedisSubscriber::bytes).toArray(byte[][]::new));
      } catch (RuntimeException e) {
        connection.close();
      }
    }
  }
}
