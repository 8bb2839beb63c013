package dev.parley.connection;

import dev.parley.platform.Settings;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;

/** The settings of connections. */
@Dependent
public class ConnectionSettings {
  /** {@code parley.connection.auth-timeout}: how long an open socket may stay anonymous. */
  public final Duration authTimeout;

  /** {@code parley.connection.ping-interval}: below the 30 s of the strictest common proxies. */
  public final Duration pingInterval;

  /** {@code parley.connection.pong-timeout}: how long a peer may be silent after a ping. */
  public final Duration pongTimeout;

  /** {@code parley.connection.expiry-warning}: how long before its end a token is called in. */
  public final Duration expiryWarning;

  /** {@code parley.connection.expiry-grace}: how long a connection outlives its token. */
  public final Duration expiryGrace;

  /** {@code parley.connection.write-stall}: how long one write may take. */
  public final Duration writeStall;

  /**
   * {@code parley.connection.pending-commands}: commands of one connection that may be under way.
   */
  public final int pendingCommands;

  /** {@code parley.connection.max-connections}: of this node; beyond it 503 or 4100. */
  public final int maxConnections;

  /**
   * {@code parley.connection.raw-sockets}: whether WebSockets are read and written below the
   * server's own WebSocket code where that is possible.
   */
  public final boolean rawSockets;

  /**
   * {@code parley.connection.compress-above}: bytes above which a message or an HTTP answer is
   * compressed for who can read that; 0 for never. Below it the gain is a few packets' headers.
   */
  public final int compressAbove;

  /** {@code parley.sse.retry}: how soon a browser should reconnect. */
  public final Duration sseRetry;

  @Inject
  ConnectionSettings(Settings settings) {
    authTimeout = settings.duration("parley.connection.auth-timeout", Duration.ofSeconds(10));
    pingInterval = settings.duration("parley.connection.ping-interval", Duration.ofSeconds(25));
    pongTimeout = settings.duration("parley.connection.pong-timeout", Duration.ofSeconds(8));
    expiryWarning = settings.duration("parley.connection.expiry-warning", Duration.ofSeconds(60));
    expiryGrace = settings.duration("parley.connection.expiry-grace", Duration.ofSeconds(25));
    writeStall = settings.duration("parley.connection.write-stall", Duration.ofSeconds(10));
    pendingCommands = settings.integer("parley.connection.pending-commands", 256, 1, 65_536);
    maxConnections = settings.integer("parley.connection.max-connections", 20_000, 1, 1_000_000);
    rawSockets = settings.flag("parley.connection.raw-sockets", true);
    compressAbove = settings.integer("parley.connection.compress-above", 1 << 10, 0, 1 << 20);
    sseRetry = settings.duration("parley.sse.retry", Duration.ofSeconds(3));
  }
}
