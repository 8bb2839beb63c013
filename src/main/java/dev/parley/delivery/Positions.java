package dev.parley.delivery;

import dev.parley.channel.Rights;
import dev.parley.message.Cursors;
import dev.parley.message.Cursors.Entry;
import dev.parley.message.LogReader.Head;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.Command.Recover;
import dev.parley.protocol.Command.Subscribe;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.StreamPosition;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns what clients say about where they stand (positions, cursors) into join requests. Any
 * thread; never blocks.
 */
@ApplicationScoped
public class Positions {
  /** An epoch that no log has: whoever stands there cannot be recovered. */
  private static final StreamPosition NOWHERE = new StreamPosition("-", 0);

  @Inject Cursors cursors;
  @Inject LogSource log;

  void resolve(
      Caller caller,
      Rights rights,
      Subscribe command,
      Consumer<JoinRequest> then,
      Consumer<Throwable> failed) {
    Recover recover = command.recover();
    if (recover == null || recover.cursor() == null) {
      StreamPosition from = recover == null ? null : recover.position();
      then.accept(new JoinRequest(rights, from, command.history()));
      return;
    }
    Map<Long, Entry> entries = cursors.read(caller, recover.cursor(), "recover.cursor");
    if (!rights.durable()) {
      then.accept(new JoinRequest(rights, NOWHERE, 0));
      return;
    }
    CompletableFuture<?> unused =
        requests(List.of(rights), Map.of(), entries)
            .thenAccept(requests -> then.accept(requests.get(0)))
            .exceptionally(
                failure -> {
                  failed.accept(failure);
                  return null;
                });
  }

  /**
   * What a cursor holds, by channel number; nothing when there is none.
   *
   * @throws CommandRejected with {@code bad_request} for a bad cursor
   */
  public Map<Long, Entry> entries(Caller caller, @Nullable String cursor) {
    return cursor == null ? Map.of() : cursors.read(caller, cursor, "cursor");
  }

  /**
   * The requests for these channels, where {@code stated} positions go before those of the cursor;
   * a channel in neither begins with what comes next.
   */
  public CompletableFuture<List<JoinRequest>> requests(
      List<Rights> channels, Map<ChannelKey, StreamPosition> stated, Map<Long, Entry> entries) {
    if (entries.isEmpty()) {
      return CompletableFuture.completedFuture(
          channels.stream()
              .map(rights -> new JoinRequest(rights, stated.get(rights.channel()), 0))
              .toList());
    }
    List<CompletableFuture<JoinRequest>> requests =
        channels.stream()
            .map(rights -> request(rights, stated.get(rights.channel()), entries))
            .toList();
    return CompletableFuture.allOf(requests.toArray(CompletableFuture[]::new))
        .thenApply(done -> requests.stream().map(CompletableFuture::join).toList());
  }

  private CompletableFuture<JoinRequest> request(
      Rights rights, @Nullable StreamPosition stated, Map<Long, Entry> entries) {
    if (stated != null || !rights.durable()) {
      return CompletableFuture.completedFuture(new JoinRequest(rights, stated, 0));
    }
    return log.head(rights.channel())
        .thenApply(head -> new JoinRequest(rights, from(head, entries), 0));
  }

  private static @Nullable StreamPosition from(Head head, Map<Long, Entry> entries) {
    Entry entry = entries.get(head.channelId());
    if (entry == null) {
      return null;
    }
    StreamPosition position = entry.in(head.position().epoch());
    return position == null ? NOWHERE : position;
  }
}
