package dev.parley.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * One connection to Redis that nobody else uses. It does what Jedis's own classes for publishing
 * and subscribing do, and can besides be given up by another thread, wait for a limited time, and
 * never connects a second time by itself. One thread sends and one reads, at the same time if they
 * like.
 */
final class RedisConnection extends Connection {
  private volatile boolean closed;

  /** Connects, and says who we are. */
  RedisConnection(HostAndPort host, JedisClientConfig config) {
    super(host, config);
  }

  /** Sends one command now, and leaves its answer to {@link #next}. */
  void send(ProtocolCommand command, byte[]... arguments) {
    sendCommand(command, arguments);
    flush();
  }

  /** The next thing that Redis says. */
  Object next() {
    return readProtocolWithCheckingBroken();
  }

  /** For how long at most {@link #next} waits. */
  void setPatience(Duration patience) {
    setSoTimeout((int) Math.max(1, patience.toMillis()));
  }

  @Override
  public void connect() {
    if (closed) {
      throw new JedisConnectionException("this connection has been given up");
    }
    super.connect();
  }

  /** Ends the connection without another word; whoever reads or sends fails. Any thread. */
  @Override
  public void close() {
    closed = true;
    try {
      forceDisconnect();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
