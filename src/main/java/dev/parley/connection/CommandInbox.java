package dev.parley.connection;

import dev.parley.delivery.OutboundFrame;
import dev.parley.message.Failures;
import dev.parley.protocol.CloseCode;
import dev.parley.protocol.Command;
import dev.parley.protocol.Command.Connect;
import dev.parley.protocol.CommandReader;
import dev.parley.protocol.CommandReader.Line;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.ServerFrame;
import dev.parley.protocol.ServerFrame.ErrorReply;
import dev.parley.security.CommandHandler;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The commands of one connection: carried out one after the other, in the order in which they came,
 * off the server's I/O threads, bounded in number. {@link #received} is for the I/O thread;
 * everything else happens on the connection's dispatcher.
 */
public final class CommandInbox {
  /** Unreadable lines in a row after which the peer does not speak the protocol. */
  private static final int MAX_BAD_IN_A_ROW = 100;

  private final Connection connection;
  private final CommandDispatcher dispatcher;
  private final ConnectCommand connect;
  private final Failures failures;
  private final ConnectionMetrics metrics;
  private final int maxPending;
  private final Deque<Line> waiting = new ArrayDeque<>();
  private final AtomicInteger pending = new AtomicInteger();
  private boolean busy;
  private int badInARow;

  CommandInbox(
      Connection connection,
      CommandDispatcher dispatcher,
      ConnectCommand connect,
      Failures failures,
      ConnectionMetrics metrics,
      ConnectionSettings settings) {
    this.connection = connection;
    this.dispatcher = dispatcher;
    this.connect = connect;
    this.failures = failures;
    this.metrics = metrics;
    this.maxPending = settings.pendingCommands;
  }

  /** Takes a frame: one or more commands, a line each. */
  public void received(String frame) {
    connection.heard();
    int start = 0;
    while (start < frame.length()) {
      int end = frame.indexOf('\n', start);
      end = end < 0 ? frame.length() : end;
      String line = frame.substring(start, end);
      if (!line.isBlank()) {
        enqueue(CommandReader.read(line));
      }
      start = end + 1;
    }
  }

  private void enqueue(Line line) {
    if (pending.incrementAndGet() > maxPending) {
      pending.decrementAndGet();
      fail(
          line.id(),
          new CommandRejected(
              ErrorCode.RATE_LIMITED, "too many commands are under way", 100, null));
      return;
    }
    connection
        .subscriber()
        .execute(
            () -> {
              waiting.add(line);
              next();
            });
  }

  private void next() {
    while (!busy) {
      Line line = waiting.poll();
      if (line == null) {
        return;
      }
      begin(line);
    }
  }

  private void begin(Line line) {
    Command command = line.command();
    if (command == null) {
      pending.decrementAndGet();
      bad(line);
      return;
    }
    badInARow = 0;
    PendingCommand context = new PendingCommand(connection, line.id(), this);
    boolean pipelined = carryOut(command, context);
    boolean wait = !pipelined && !context.finished().isDone();
    busy = wait;
    CompletableFuture<?> unused =
        context
            .finished()
            .thenRun(
                () -> {
                  pending.decrementAndGet();
                  if (wait) {
                    connection.subscriber().execute(this::resume);
                  }
                });
  }

  private boolean carryOut(Command command, PendingCommand context) {
    try {
      if (command instanceof Connect credential) {
        connect.handle(credential, connection, context);
        return false;
      }
      if (connection.caller() == null) {
        throw new CommandRejected(ErrorCode.UNAUTHORIZED, "connect first");
      }
      CommandHandler<Command> handler = dispatcher.handler(command);
      handler.handle(command, context);
      return handler.isPipelined();
    } catch (RuntimeException e) {
      context.fail(e);
      return false;
    }
  }

  private void resume() {
    busy = false;
    next();
  }

  private void bad(Line line) {
    CommandRejected error =
        line.error() == null ? CommandRejected.badRequest("is not a command") : line.error();
    fail(line.id(), error);
    if (++badInARow >= MAX_BAD_IN_A_ROW) {
      connection.close(CloseCode.PROTOCOL_BROKEN);
    }
  }

  /** Answers with an error; any thread. */
  void fail(@Nullable Long id, Throwable failure) {
    CommandRejected rejected = failures.toRejection(failure);
    metrics.error(rejected.code());
    send(id, "error", ErrorReply.of(rejected));
  }

  /** Sends a reply; any thread. */
  void send(@Nullable Long id, String type, ServerFrame frame) {
    connection.subscriber().send(OutboundFrame.control(type, JsonWriter.reply(id, frame)));
  }
}
