package dev.parley.connection;

import dev.parley.channel.ChannelPolicy;
import dev.parley.cluster.UserNodes;
import dev.parley.delivery.Subscribers;
import dev.parley.platform.Ids;
import dev.parley.protocol.CloseCode;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import dev.parley.ratelimit.TenantConnections;
import dev.parley.security.Caller;
import dev.parley.security.ClientAddress;
import dev.parley.security.Revocations;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** All connections of this node. Any thread. */
@ApplicationScoped
public class Connections {
  @Inject Subscribers subscribers;
  @Inject ConnectionMetrics metrics;
  @Inject ConnectionSettings settings;
  @Inject Ids ids;
  @Inject UserNodes users;
  @Inject DrainNode drain;
  @Inject NodeAdmission admission;
  @Inject ChannelPolicy policy;
  @Inject Revocations revocations;
  @Inject TenantConnections tenants;

  private final ConcurrentMap<String, Connection> open = new ConcurrentHashMap<>();

  /**
   * A new connection over this wire, from this address.
   *
   * @throws CommandRejected with {@code unavailable} when the node is full or draining
   */
  public Connection open(Connection.Wire wire, ClientAddress address) {
    CommandRejected refusal = drain.refusal();
    if (refusal != null) {
      metrics.connect(wire.kind(), "draining");
      throw refusal;
    }
    if (isFull()) {
      metrics.connect(wire.kind(), "full");
      throw CommandRejected.unavailable("the node is full", null);
    }
    Connection connection = new Connection(ids.random(12), wire, address, this);
    open.put(connection.id(), connection);
    metrics.opened(wire.kind());
    return connection;
  }

  ChannelPolicy policy() {
    return policy;
  }

  Subscribers subscribers() {
    return subscribers;
  }

  /** Ends the connection; what still waits for it is dropped. Only the first call counts. */
  void close(Connection connection, CloseCode code) {
    if (!connection.wire().isLasting()) {
      // Its last answer tells of its channels, which must be there still.
      connection
          .subscriber()
          .execute(
              () -> {
                connection.wire().close(code);
                closed(connection);
              });
    } else if (forget(connection)) {
      connection.wire().close(code);
    }
  }

  /** The connection has ended by itself. */
  public void closed(Connection connection) {
    boolean unused = forget(connection);
  }

  private boolean forget(Connection connection) {
    if (!open.remove(connection.id(), connection)) {
      return false;
    }
    synchronized (connection) {
      Caller caller = connection.caller();
      if (connection.isCounted() && caller != null) {
        users.left(caller.org(), caller.user());
        tenants.disconnect(caller.org());
      }
    }
    metrics.closed(connection.wire().kind());
    connection.subscriber().close();
    return true;
  }

  /**
   * The connection is this caller's now, unless it has ended meanwhile.
   *
   * @throws CommandRejected with {@code limit_exceeded} when its tenant has as many as it may
   */
  void accepted(Connection connection, Caller caller) {
    int held = 0;
    synchronized (connection) {
      if (!connection.isCounted() && open.containsKey(connection.id())) {
        tenants.connect(caller.org());
        connection.count(caller);
        held = users.joined(caller.org(), caller.user());
      }
    }
    if (admission.isOver(caller, held)) {
      // Of several who came at the same moment, when there was room for one.
      connection.close(CloseCode.TOO_MANY_CONNECTIONS);
    }
    if (revocations.isRefused(caller)) {
      // Revoked between the look at the credential and this moment.
      connection.close(CloseCode.DISCONNECTED);
    }
  }

  /** With which code a refused WebSocket is closed. */
  public CloseCode refusal() {
    return drain.refusal() == null ? CloseCode.NODE_FULL : CloseCode.DRAINING;
  }

  /** Whether there is no room for another one. */
  boolean isFull() {
    return open.size() >= settings.maxConnections;
  }

  /** Somebody's connection on this node, as its token says who it is; null when there is none. */
  public @Nullable Caller callerOf(OrgId org, UserId user) {
    return open.values().stream()
        .map(Connection::caller)
        .filter(one -> one != null && one.org().equals(org) && one.user().equals(user))
        .findFirst()
        .orElse(null);
  }

  /** How many there are. */
  int count() {
    return open.size();
  }

  /** Whether this one is still open. */
  boolean has(Connection connection) {
    return open.containsKey(connection.id());
  }

  Collection<Connection> all() {
    return open.values();
  }

  /** How full the node is: 0 for empty, 1 for full. */
  public double load() {
    return (double) open.size() / settings.maxConnections;
  }

  @PreDestroy
  void closeAll() {
    open.values().forEach(connection -> close(connection, CloseCode.DRAINING));
  }
}
