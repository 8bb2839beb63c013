package dev.parley.connection;

import dev.parley.delivery.OutboundFrame;
import dev.parley.delivery.Subscriber;
import dev.parley.message.Failures;
import dev.parley.protocol.CloseCode;
import dev.parley.protocol.Command;
import dev.parley.protocol.Command.Connect;
import dev.parley.protocol.Command.Ping;
import dev.parley.protocol.CommandReader;
import dev.parley.protocol.CommandReader.Line;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.MessagePack;
import dev.parley.protocol.ServerFrame;
import dev.parley.protocol.ServerFrame.Connected;
import dev.parley.protocol.ServerFrame.ErrorReply;
import dev.parley.protocol.ServerFrame.Subscribed;
import dev.parley.protocol.ServerFrame.Unsubscribed;
import dev.parley.ratelimit.CommandLimit;
import dev.parley.ratelimit.Refused;
import dev.parley.security.CommandHandler;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The commands of one connection: carried out one after the other, in the order in which they came,
 * off the server's I/O threads, bounded in number. {@link #received} is for the one that reads;
 * everything else happens on the connection's dispatcher.
 */
public final class CommandInbox {
  /** Characters of the commands under way: four of the largest frames. */
  private static final int MAX_PENDING_CHARS = 1 << 20;

  /** Unreadable lines in a row after which the peer does not speak the protocol. */
  private static final int MAX_BAD_IN_A_ROW = 100;

  private record Waiting(Line line, int size) {}

  private final Connection connection;
  private final CommandDispatcher dispatcher;
  private final ConnectCommand connect;
  private final Failures failures;
  private final ConnectionMetrics metrics;
  private final int maxPending;
  private final CommandLimit.Allowance allowance;
  private final Deque<Waiting> waiting = new ArrayDeque<>(1);
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicInteger pendingChars = new AtomicInteger();
  private boolean busy;
  private int badInARow;

  CommandInbox(
      Connection connection,
      CommandDispatcher dispatcher,
      ConnectCommand connect,
      Failures failures,
      ConnectionMetrics metrics,
      ConnectionSettings settings,
      CommandLimit.Allowance allowance) {
    this.connection = connection;
    this.dispatcher = dispatcher;
    this.connect = connect;
    this.failures = failures;
    this.metrics = metrics;
    this.allowance = allowance;
    this.maxPending = settings.pendingCommands;
    connection.busyWhile(() -> pending.get() > 0);
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
        enqueue(CommandReader.read(line), line.length());
      }
      start = end + 1;
    }
  }

  /** Takes a frame in MessagePack: one or more commands, one after the other. */
  public void received(byte[] frame) {
    connection.heard();
    List<String> commands;
    try {
      commands = MessagePack.toJson(frame);
    } catch (CommandRejected e) {
      enqueue(CommandReader.unreadable(e), frame.length);
      return;
    }
    commands.forEach(command -> enqueue(CommandReader.read(command), command.length()));
  }

  private void enqueue(Line line, int size) {
    if (!(line.command() instanceof Ping)) {
      // A ping is the client's heartbeat: idle ones send it too.
      connection.activity().commanded();
    }
    if (connection.isToldToLeave()) {
      // Otherwise a client that goes on sending would never be done.
      fail(line.id(), CommandRejected.unavailable("the node is draining", null));
      return;
    }
    CommandRejected tooOften = allowance.take(connection.caller(), connection.address());
    if (tooOften != null) {
      fail(line.id(), tooOften);
      return;
    }
    if (!reserve(size)) {
      tell(line.id(), allowance.tooManyUnderWay(connection.caller(), connection.address()));
      return;
    }
    connection
        .subscriber()
        .run(
            () -> {
              waiting.add(new Waiting(line, size));
              next();
            });
  }

  private boolean reserve(int size) {
    int commands = pending.incrementAndGet();
    int chars = pendingChars.addAndGet(size);
    // One command is always taken, however large its frame.
    boolean room = commands == 1 || (commands <= maxPending && chars <= MAX_PENDING_CHARS);
    if (!room) {
      release(size);
    }
    return room;
  }

  private void release(int size) {
    pending.decrementAndGet();
    pendingChars.addAndGet(-size);
  }

  private void next() {
    while (!busy) {
      Waiting first = waiting.poll();
      if (first == null) {
        return;
      }
      begin(first.line, first.size);
    }
  }

  private void begin(Line line, int size) {
    Command command = line.command();
    if (command == null) {
      release(size);
      bad(line);
      return;
    }
    badInARow = 0;
    PendingCommand context = new PendingCommand(connection, line.id(), this);
    CompletableFuture<?> unused = context.finished().thenRun(() -> release(size));
    carryOut(command, context);
    CompletableFuture<Boolean> next = context.mayGoOn();
    busy = !next.isDone();
    if (busy) {
      unused = next.thenRun(() -> connection.subscriber().execute(this::resume));
    }
  }

  private void carryOut(Command command, PendingCommand context) {
    try {
      if (command instanceof Connect credential) {
        connect.handle(credential, connection, context);
        return;
      }
      if (connection.caller() == null) {
        throw new CommandRejected(ErrorCode.UNAUTHORIZED, "connect first");
      }
      CommandHandler<Command> handler = dispatcher.handler(command);
      if (handler.isActivity()) {
        connection.subscriber().active();
      }
      handler.handle(command, context);
    } catch (RuntimeException e) {
      context.fail(e);
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
    tell(id, rejected);
    if (rejected.code() == ErrorCode.RATE_LIMITED
        && !allowance.isPatient(Refused.connection(connection.caller(), connection.address()))) {
      connection.close(CloseCode.PROTOCOL_BROKEN);
    }
  }

  private void tell(@Nullable Long id, CommandRejected rejected) {
    metrics.error(rejected.code());
    send(id, "error", ErrorReply.of(rejected));
  }

  /** Sends a reply; any thread. */
  void send(@Nullable Long id, String type, ServerFrame frame) {
    OutboundFrame reply = OutboundFrame.control(type, JsonWriter.reply(id, frame));
    Subscriber subscriber = connection.subscriber();
    if (frame instanceof Connected) {
      subscriber.sendBehindAll(reply);
    } else if (frame instanceof Subscribed subscribed) {
      subscriber.sendInTurn(subscribed.channel(), reply);
    } else if (frame instanceof Unsubscribed unsubscribed) {
      subscriber.sendInTurn(unsubscribed.channel(), reply);
    } else {
      subscriber.send(reply);
    }
  }
}
