package dev.parley.channel;

import dev.parley.protocol.EventName;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What happens to a room, as the event of the message that tells its members. These names are the
 * server's own: nobody else may publish under them in a room.
 */
public enum RoomEvent {
  ROOM_CREATED(false),
  ROOM_RENAMED(false),
  ROOM_ARCHIVED(false),
  ROOM_RESTORED(false),
  MEMBER_JOINED(false),
  MEMBER_LEFT(true),
  MEMBER_REMOVED(true),
  MEMBER_CHANGED(false);

  private static final Set<String> ALL = names(Set.of(values()));

  private static final Set<String> REVOKING =
      names(Arrays.stream(values()).filter(event -> event.revokes).collect(Collectors.toSet()));

  private final boolean revokes;

  RoomEvent(boolean revokes) {
    this.revokes = revokes;
  }

  private static Set<String> names(Set<RoomEvent> events) {
    return events.stream().map(event -> event.eventName().value()).collect(Collectors.toSet());
  }

  /** For example {@code member-joined}. */
  public EventName eventName() {
    return new EventName(name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  /** Whether a message with this event comes from the server only. */
  public static boolean isReserved(EventName event) {
    return ALL.contains(event.value());
  }

  /** Whether after a message with this event somebody may no longer read. */
  public static boolean revokes(String event) {
    return REVOKING.contains(event);
  }
}
