package dev.parley.connection;

import dev.parley.channel.ChannelPolicy;
import dev.parley.channel.Namespaces;
import dev.parley.channel.Rights;
import dev.parley.cluster.Node;
import dev.parley.delivery.DeliverySettings;
import dev.parley.delivery.JoinRequest;
import dev.parley.delivery.Joined;
import dev.parley.delivery.Positions;
import dev.parley.message.Failures;
import dev.parley.message.MessageSettings;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.Command.Resume;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.ServerFrame.Connected;
import dev.parley.protocol.StreamPosition;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  @Inject Namespaces namespaces;
  @Inject ChannelPolicy policy;
  @Inject Positions positions;
  @Inject Failures failures;
  @Inject Node node;
  @Inject ConnectionSettings settings;
  @Inject MessageSettings messages;
  @Inject DeliverySettings delivery;
  @Inject ConnectionMetrics metrics;
  @Inject Reminder reminder;

  /** What a client brings along: the channels it names and may read, and where it stands. */
  public record Start(
      Map<ChannelName, Rights> channels,
      Map<ChannelName, StreamPosition> positions,
      @Nullable String cursor) {
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
    Set<ChannelName> own = new LinkedHashSet<>(namespaces.serverSubscribed(caller));
    own.removeAll(start.channels().keySet());
    if (own.size() + start.channels().size() > delivery.channelsPerConnection) {
      // Known before anything is joined, so a stream can still answer with a status.
      throw new CommandRejected(
          ErrorCode.LIMIT_EXCEEDED,
          "channels: a connection has at most " + delivery.channelsPerConnection);
    }
    List<Rights> channels = new ArrayList<>();
    own.forEach(name -> channels.add(Rights.toRead(new ChannelKey(caller.org(), name))));
    channels.addAll(start.channels().values());
    Map<ChannelKey, StreamPosition> stated = new LinkedHashMap<>();
    start.positions().forEach((name, at) -> stated.put(policy.key(caller, name), at));
    CompletableFuture<?> unused =
        positions
            .requests(caller, channels, stated, start.cursor())
            .thenAccept(requests -> join(connection, caller, requests, connected, failed))
            .exceptionally(
                failure -> {
                  failed.accept(failures.toRejection(failure));
                  return null;
                });
  }

  private void join(
      Connection connection,
      Caller caller,
      List<JoinRequest> requests,
      BiConsumer<Connected, List<Joined>> connected,
      Consumer<CommandRejected> failed) {
    connection
        .subscriber()
        .join(
            requests,
            joined -> {
              metrics.connect(connection.wire().kind(), "ok");
              if (joined.stream().anyMatch(Joined::wasRecovering)) {
                metrics.reconnect();
              }
              connected.accept(connected(connection, caller, joined), joined);
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
