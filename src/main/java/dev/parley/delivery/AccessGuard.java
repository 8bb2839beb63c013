package dev.parley.delivery;

import dev.parley.channel.RoomAccess;
import dev.parley.channel.RoomEvent;
import dev.parley.channel.RoomReaders;
import dev.parley.channel.RoomWatch;
import dev.parley.channel.Seat;
import dev.parley.cluster.Envelope;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.UserId;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Ends the subscriptions of those who may no longer read. The log itself is the hint: that somebody
 * has left is a message in the room, and whoever hears it here looks at once. When it is not heard,
 * the periodic comparison of access versions finds out, whatever has become of the bus. Any thread;
 * never blocks.
 *
 * <p>Who joins has been allowed to by a version. When that is not the room's version any more, the
 * database is asked for all readers of the room on this node, in one query.
 */
@ApplicationScoped
class AccessGuard implements RoomWatch {
  private static final System.Logger LOG = System.getLogger(AccessGuard.class.getName());

  static final String NO_MEMBER = "you are no member of the room any more";

  /** No room has it: what is known of the readers does not count. */
  private static final long UNKNOWN = -1;

  @Inject RoomAccess access;

  /** Bounded by the subscriptions of this node. */
  private final ConcurrentMap<ChannelKey, Watch> watches = new ConcurrentHashMap<>();

  /** The readers of one room; all under its own lock. */
  private static final class Watch {
    final long roomId;
    final Map<Subscription, Seat> readers = new HashMap<>();

    /** All readers may read as of this version. */
    long verified;

    boolean asking;
    boolean askAgain;

    Watch(Seat first) {
      roomId = first.roomId();
      verified = first.version();
    }
  }

  @PostConstruct
  void register() {
    access.watch(this);
  }

  /** Watches over the subscription, if its rights can be taken back. */
  void add(Subscription subscription) {
    Seat seat = subscription.seat();
    if (seat == null) {
      return;
    }
    watches.compute(
        subscription.channel(),
        (channel, known) -> {
          Watch watch = known == null ? new Watch(seat) : known;
          synchronized (watch) {
            watch.readers.put(subscription, seat);
            watch.verified = Math.min(watch.verified, seat.version());
          }
          return watch;
        });
  }

  /** The subscription has ended. */
  void remove(Subscription subscription) {
    if (subscription.seat() == null) {
      return;
    }
    watches.computeIfPresent(
        subscription.channel(),
        (channel, watch) -> {
          synchronized (watch) {
            watch.readers.remove(subscription);
            return watch.readers.isEmpty() ? null : watch;
          }
        });
  }

  /**
   * A message was announced, perhaps the one that somebody has left: they may no longer publish
   * either, so what is remembered of the room is asked for again.
   */
  void heard(Envelope envelope) {
    if (RoomEvent.revokes(envelope.event())) {
      Watch watch = watches.get(envelope.channel());
      if (watch != null) {
        access.forget(watch.roomId);
        ask(watch);
      }
    }
  }

  @Override
  public Collection<Long> rooms() {
    Set<Long> rooms = new HashSet<>();
    watches.values().forEach(watch -> rooms.add(watch.roomId));
    return rooms;
  }

  @Override
  public void versions(Map<Long, Long> versions) {
    for (Watch watch : watches.values()) {
      Long version = versions.get(watch.roomId);
      if (version != null && version != verified(watch)) {
        ask(watch);
      }
    }
  }

  private static long verified(Watch watch) {
    synchronized (watch) {
      return watch.verified;
    }
  }

  /** Asks who may read; while an answer is awaited, any number of calls become one more. */
  private void ask(Watch watch) {
    Map<Subscription, Seat> asked;
    synchronized (watch) {
      if (watch.asking) {
        watch.askAgain = true;
        return;
      }
      watch.asking = true;
      watch.askAgain = false;
      asked = Map.copyOf(watch.readers);
    }
    Set<UserId> users = new HashSet<>();
    asked.values().forEach(seat -> users.add(seat.user()));
    CompletableFuture<?> unused =
        access
            .readers(watch.roomId, users)
            .whenComplete((readers, failure) -> answered(watch, asked, readers, failure));
  }

  private void answered(
      Watch watch,
      Map<Subscription, Seat> asked,
      @Nullable RoomReaders readers,
      @Nullable Throwable failure) {
    boolean again;
    synchronized (watch) {
      watch.asking = false;
      again = watch.askAgain && readers != null;
      if (readers != null) {
        watch.verified = verified(watch, asked, readers);
      }
    }
    if (readers == null) {
      // The next comparison asks again.
      LOG.log(Level.WARNING, "Who may read a room is not known now: {0}", String.valueOf(failure));
      return;
    }
    asked.forEach(
        (subscription, seat) -> {
          if (!readers.has(seat.user())) {
            subscription.revoke(seat, NO_MEMBER);
          }
        });
    if (again) {
      ask(watch);
    }
  }

  /** Who has come in the meantime by an older version has not been asked for. */
  private static long verified(Watch watch, Map<Subscription, Seat> asked, RoomReaders readers) {
    boolean all =
        watch.readers.entrySet().stream()
            .allMatch(
                one ->
                    one.getValue().equals(asked.get(one.getKey()))
                        || one.getValue().version() >= readers.version());
    return all ? readers.version() : UNKNOWN;
  }
}
