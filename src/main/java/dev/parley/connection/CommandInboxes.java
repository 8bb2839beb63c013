package dev.parley.connection;

import dev.parley.message.Failures;
import dev.parley.ratelimit.CommandLimit;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Makes the inboxes of two-way connections. */
@ApplicationScoped
public class CommandInboxes {
  @Inject CommandDispatcher dispatcher;
  @Inject ConnectCommand connect;
  @Inject Failures failures;
  @Inject ConnectionMetrics metrics;
  @Inject ConnectionSettings settings;
  @Inject CommandLimit limit;

  /** The inbox of this connection. */
  public CommandInbox create(Connection connection) {
    return new CommandInbox(
        connection, dispatcher, connect, failures, metrics, settings, limit.open());
  }
}
