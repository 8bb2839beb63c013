package dev.parley.channel;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Collection;

/** The access versions of the rooms in use, and when each was last seen. Any thread. */
final class RoomVersions {
  /** Rooms in use; each costs a part of a query with each check. */
  private static final int MAX_ROOMS = 50_000;

  private final Cache<Long, Known> rooms =
      Caffeine.newBuilder().maximumSize(MAX_ROOMS).expireAfterAccess(RoomAccess.UNUSED).build();

  private static final class Known {
    private volatile Seen seen;

    Known(Seen seen) {
      this.seen = seen;
    }
  }

  /**
   * What was seen.
   *
   * @param at when the question began, as nanoseconds of {@link System#nanoTime}
   */
  private record Seen(long version, long at) {}

  /** The room is in use from now on. */
  void begin(long room, long version, long at) {
    rooms.put(room, new Known(new Seen(version, at)));
  }

  /** A room that may be in use was seen again. */
  void see(long room, long version, long at) {
    // Quietly: being checked is no use, and what nobody uses is to be forgotten.
    Known known = rooms.policy().getIfPresentQuietly(room);
    if (known != null) {
      known.seen = new Seen(version, at);
    }
  }

  /** Whether the standing's version was seen within so many nanoseconds; this is a use. */
  boolean confirm(RoomStanding standing, long within) {
    Known known = rooms.getIfPresent(standing.roomId());
    if (known == null) {
      return false;
    }
    Seen last = known.seen;
    return last.version == standing.version() && System.nanoTime() - last.at < within;
  }

  /** The room has changed: nothing that was seen counts. */
  void forget(long room) {
    rooms.invalidate(room);
  }

  /** The rooms in use. */
  Collection<Long> rooms() {
    return rooms.asMap().keySet();
  }
}
