package dev.parley.connection;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.ServerFrame;
import dev.parley.security.Caller;
import dev.parley.security.CommandContext;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A command that is being carried out; answered once, later answers count for nothing. */
final class PendingCommand implements CommandContext {
  private final Connection connection;
  private final @Nullable Long id;
  private final CommandInbox inbox;
  private final CompletableFuture<Boolean> finished = new CompletableFuture<>();
  private final CompletableFuture<Boolean> mayGoOn = new CompletableFuture<>();

  PendingCommand(Connection connection, @Nullable Long id, CommandInbox inbox) {
    this.connection = connection;
    this.id = id;
    this.inbox = inbox;
  }

  CompletableFuture<Boolean> finished() {
    return finished;
  }

  /** Completes when the next command may begin. */
  CompletableFuture<Boolean> mayGoOn() {
    return mayGoOn;
  }

  @Override
  public void goOn() {
    mayGoOn.complete(true);
  }

  @Override
  public Caller caller() {
    Caller caller = connection.caller();
    if (caller == null) {
      throw new CommandRejected(ErrorCode.UNAUTHORIZED, "connect first");
    }
    return caller;
  }

  @Override
  public <T> T part(Class<T> type) {
    if (type.isInstance(connection)) {
      return type.cast(connection);
    }
    if (type.isInstance(connection.subscriber())) {
      return type.cast(connection.subscriber());
    }
    throw new IllegalStateException("a connection has no " + type.getSimpleName());
  }

  @Override
  public boolean isAnswered() {
    return id != null;
  }

  @Override
  public void reply(ServerFrame frame) {
    if (id != null && !finished.isDone()) {
      inbox.send(id, "reply", frame);
    }
    done();
  }

  @Override
  public void done() {
    finished.complete(true);
    goOn();
  }

  @Override
  public void fail(Throwable failure) {
    if (!finished.isDone()) {
      inbox.fail(id, failure);
    }
    finished.complete(false);
    goOn();
  }
}
