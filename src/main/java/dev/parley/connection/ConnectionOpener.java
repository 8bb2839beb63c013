package dev.parley.connection;

import dev.parley.channel.Rights;
import dev.parley.cluster.Node;
import dev.parley.connection.OpeningChannels.Opening;
import dev.parley.delivery.Joined;
import dev.parley.message.Failures;
import dev.parley.message.MessageSettings;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.Command.Resume;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ServerFrame.Connected;
import dev.parley.protocol.StreamPosition;
import dev.parley.security.AuditEvent;
import dev.parley.security.AuditEvent.Kind;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes an accepted caller's connection live: joins the channels to which the server subscribes it
 * (and those that it asks for), all in one turn, and says from where they go on. Never blocks.
 */
@ApplicationScoped
public class ConnectionOpener {
  @Inject OpeningChannels channels;
  @Inject Failures failures;
  @Inject Node node;
  @Inject ConnectionSettings settings;
  @Inject MessageSettings messages;
  @Inject ConnectionMetrics metrics;
  @Inject Reminder reminder;
  @Inject Event<AuditEvent> audit;

  /** What a client brings along: the channels it names and may read, and where it stands. */
  public record Start(
      Map<ChannelName, Rights> channels,
      Map<ChannelName, StreamPosition> positions,
      @Nullable String cursor) {
    /** Whether the client was here before. */
    boolean isReturn() {
      return cursor != null || !positions.isEmpty();
    }

    /** The start that a {@code connect} command gives. */
    static Start of(Resume resume) {
      return new Start(Map.of(), resume.positions(), resume.cursor());
    }
  }

  /**
   * Joins everything. {@code connected} is told on the connection's dispatcher, in the turn in
   * which the channels go live.
   *
   * @throws CommandRejected with {@code bad_request} for a bad cursor, {@code limit_exceeded} for
   *     too many channels
   */
  public void open(
      Connection connection,
      Caller caller,
      Start start,
      BiConsumer<Connected, List<Joined>> connected,
      Consumer<CommandRejected> failed) {
    connection.accept(caller);
    CompletableFuture<?> unused =
        channels
            .find(caller, connection.subscriber(), start)
            .thenAccept(opening -> join(connection, caller, opening, connected, failed))
            .exceptionally(
                failure -> {
                  failed.accept(failures.toRejection(failure));
                  return null;
                });
  }

  private void join(
      Connection connection,
      Caller caller,
      Opening opening,
      BiConsumer<Connected, List<Joined>> connected,
      Consumer<CommandRejected> failed) {
    connection
        .subscriber()
        .join(
            opening.requests(),
            joined -> {
              metrics.connect(connection.wire().kind(), "ok");
              audit.fire(
                  AuditEvent.by(Kind.CONNECT, caller, connection.wire().kind())
                      .from(connection.address().value()));
              if (joined.stream().anyMatch(Joined::wasRecovering)) {
                metrics.reconnect();
              }
              connected.accept(connected(connection, caller, joined), joined);
              connection.subscriber().beginDirect(opening.direct());
              reminder.remind(connection, caller);
            },
            problem -> {
              metrics.connect(connection.wire().kind(), problem.code().code());
              failed.accept(problem);
            });
  }

  private Connected connected(Connection connection, Caller caller, List<Joined> joined) {
    Map<ChannelName, StreamPosition> positions = new LinkedHashMap<>();
    Map<ChannelName, Boolean> recovered = new LinkedHashMap<>();
    for (Joined one : joined) {
      if (one.position() != null) {
        positions.put(one.name(), one.position());
      }
      if (one.wasRecovering()) {
        recovered.put(one.name(), one.recovered());
      }
    }
    return new Connected(
        connection.id(),
        node.name(),
        caller.ref(),
        caller.org().value(),
        caller.expiresAt(),
        (int) settings.pingInterval.toSeconds(),
        messages.maxPayload,
        joined.stream().map(one -> one.name()).toList(),
        positions,
        recovered);
  }
}
