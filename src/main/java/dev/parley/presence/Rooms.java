package dev.parley.presence;

import dev.parley.delivery.OutboundFrame;
import dev.parley.delivery.Reader;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.PresentUser;
import dev.parley.protocol.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The channels in which somebody is, on whatever node, or to which somebody listens on this one.
 * Any thread; a channel is only ever touched by one at a time.
 */
@ApplicationScoped
class Rooms {
  @Inject PresenceSettings settings;

  LongSupplier nanos = System::nanoTime;

  private final ConcurrentMap<ChannelKey, Room> rooms = new ConcurrentHashMap<>();

  /** Those whose watchers have not been told of everything. */
  private final Set<ChannelKey> unsaid = ConcurrentHashMap.newKeySet();

  /** Somebody is in the channel like this; null when they are there no more. */
  void set(ChannelKey channel, UserId user, @Nullable PresentUser how) {
    with(
        channel,
        room -> {
          if (room.set(user, how)) {
            unsaid.add(channel);
          }
          return null;
        });
  }

  /**
   * Begins to tell the reader of changes, or begins anew.
   *
   * @return who is there; null when there are too many
   */
  @Nullable List<PresentUser> watch(ChannelKey channel, Reader reader) {
    flush(channel);
    return with(
        channel,
        room ->
            room.size() > settings.maxMembers && !room.isWatchedBy(reader)
                ? null
                : room.watch(reader, new Watch(this, channel, reader)));
  }

  /** What the reader is told begins anew, from here; null when it does not watch. */
  @Nullable List<PresentUser> again(ChannelKey channel, Watch watch) {
    return with(channel, room -> room.again(watch));
  }

  /** The reader gets the channel's messages, and so what is told to all who do. */
  void enter(ChannelKey channel, Reader reader) {
    with(channel, room -> room.readers.add(reader));
  }

  /** The reader is told nothing more. */
  void leave(ChannelKey channel, Reader reader) {
    with(
        channel,
        room -> {
          room.leave(reader);
          return null;
        });
  }

  /** Whether a connection of this person on this node is in the channel, which has typing. */
  boolean isReadBy(ChannelKey channel, UserId user) {
    return Boolean.TRUE.equals(with(channel, room -> room.isReadBy(user)));
  }

  /**
   * Tells the readers but those of one person, as far as they can take it, and {@link
   * Room#MAX_TOLD_OF_TYPING} at most.
   */
  void tell(ChannelKey channel, OutboundFrame frame, UserId but) {
    with(
        channel,
        room -> {
          room.tell(channel, frame, but);
          return null;
        });
  }

  /** Who is in the channel: a page in the order of their ids. */
  PresencePage page(ChannelKey channel, String after, int limit) {
    PresencePage page = with(channel, room -> room.page(after, limit));
    return page == null ? PresencePage.EMPTY : page;
  }

  /** Everybody in the channel. */
  List<PresentUser> all(ChannelKey channel) {
    return page(channel, "", Integer.MAX_VALUE).users();
  }

  /** Tells the watchers of what has gathered, unless they were told just now. */
  void flush(ChannelKey channel) {
    if (!unsaid.contains(channel)) {
      return;
    }
    with(
        channel,
        room -> {
          long now = nanos.getAsLong();
          if (room.isDue(now)) {
            unsaid.remove(channel);
            room.flush(channel.name(), now, settings.gather.toNanos());
          }
          return null;
        });
  }

  /** The same for all channels. */
  void flushAll() {
    unsaid.forEach(this::flush);
  }

  private <T> @Nullable T with(ChannelKey channel, Function<Room, @Nullable T> what) {
    Result<T> result = new Result<>();
    rooms.compute(
        channel,
        (key, known) -> {
          Room room = known == null ? new Room() : known;
          result.value = what.apply(room);
          return room.isEmpty() ? null : room;
        });
    return result.value;
  }

  private static final class Result<T> {
    @Nullable T value;
  }
}
