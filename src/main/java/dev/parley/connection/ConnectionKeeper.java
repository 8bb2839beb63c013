package dev.parley.connection;

import dev.parley.platform.WorkerThreads;
import dev.parley.protocol.CloseCode;
import dev.parley.protocol.ServerFrame.TokenExpiring;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Looks at every connection once a second: who has said nothing, whose token ends, whose write does
 * not get on. The deadlines are measured from what was read, because the server's own idle time-out
 * starts anew with each write and never ends a dead reader.
 */
@ApplicationScoped
class ConnectionKeeper {
  private static final System.Logger LOG = System.getLogger(ConnectionKeeper.class.getName());

  /** Short beside all deadlines; looking at 10,000 connections takes 11 ms. */
  private static final long PERIOD_MS = 1000;

  /** Two looks: a stream or a poll ends before its token does. */
  private static final Duration BEFORE_THE_END = Duration.ofMillis(-2 * PERIOD_MS);

  @Inject Connections connections;
  @Inject ConnectionSettings settings;
  @Inject WorkerThreads threads;
  @Inject Clock clock;

  void start(@Observes @Initialized(ApplicationScoped.class) Object application) {
    Future<?> unused =
        threads
            .timer("keeper")
            .scheduleWithFixedDelay(this::look, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    Instant now = clock.instant();
    for (Connection connection : connections.all()) {
      try {
        look(connection, now);
      } catch (RuntimeException e) {
        LOG.log(Level.WARNING, "A connection could not be looked after", e);
      }
    }
  }

  private void look(Connection connection, Instant now) {
    if (isOver(connection.subscriber().stalledNanos(), settings.writeStall)) {
      connection.close(CloseCode.TOO_SLOW);
      return;
    }
    Caller caller = connection.caller();
    if (caller == null) {
      if (since(connection.activity().openedAt(), settings.authTimeout)) {
        connection.close(CloseCode.NO_CREDENTIAL);
      }
      return;
    }
    lookAtToken(connection, caller, now);
    lookAtPeer(connection);
    connection.subscriber().catchUpIfBehind();
  }

  private void lookAtToken(Connection connection, Caller caller, Instant now) {
    // Who cannot send a new token is not given time for it, and never hears anything by an old one.
    Duration grace = connection.wire().isTwoWay() ? settings.expiryGrace : BEFORE_THE_END;
    if (!now.isBefore(caller.expiresAt().plus(grace))) {
      connection.close(CloseCode.TOKEN_EXPIRED);
    } else if (!connection.isWarned()
        && !now.isBefore(caller.expiresAt().minus(settings.expiryWarning))) {
      long left = Math.max(0, Duration.between(now, caller.expiresAt()).toSeconds());
      connection.warn(new TokenExpiring(left));
    }
  }

  private void lookAtPeer(Connection connection) {
    boolean waiting = connection.activity().pingedAt() > connection.activity().heardAt();
    if (connection.wire().isTwoWay()
        && waiting
        && since(connection.activity().pingedAt(), settings.pongTimeout)) {
      connection.close(CloseCode.NO_PONG);
    } else if (since(connection.activity().pingedAt(), settings.pingInterval)) {
      connection.heartbeat();
    }
  }

  private static boolean since(long nanos, Duration limit) {
    return isOver(System.nanoTime() - nanos, limit);
  }

  private static boolean isOver(long nanos, Duration limit) {
    return nanos > limit.toNanos();
  }
}
