package dev.parley.message;

import dev.parley.channel.Rights;
import dev.parley.channel.RoomEvent;
import dev.parley.protocol.EventName;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What an entry of the log is. Changes are entries like messages: they have an offset of their own,
 * so they are ordered, pushed, recovered and never doubled as messages are.
 */
public enum EntryKind {
  /** A message. The only kind that counts as unread. */
  MESSAGE(0, null),
  /** A message has other content now. */
  UPDATE(1, "message-updated"),
  /** A message was taken back. */
  DELETION(2, "message-deleted"),
  /** Somebody has reacted to a message, or does so no longer. */
  REACTION(3, "message-reaction"),
  /** What the server itself has to say in a channel: shown as a message, never unread. */
  NOTICE(4, null);

  /** The event of the push that tells that a message was taken back. */
  public static final String TAKEN_BACK = "message-deleted";

  private final short number;
  private final @Nullable String event;

  EntryKind(int number, @Nullable String event) {
    this.number = (short) number;
    this.event = event;
  }

  /** The event under which it is pushed; for messages that is their author's affair. */
  EventName event() {
    return event == null ? EventName.MESSAGE : new EventName(event);
  }

  /** Whether it changes a message and is none itself. */
  boolean isChange() {
    return event != null;
  }

  /** The kind of this number. */
  static EntryKind of(short number) {
    for (EntryKind kind : values()) {
      if (kind.number == number) {
        return kind;
      }
    }
    throw new IllegalArgumentException("no kind of entry: " + number);
  }

  /** Its number in the database. */
  short number() {
    return number;
  }

  /**
   * Whether nobody may publish a message under this event there, because it would pass for a change
   * of a message, or of a room.
   */
  static boolean isReserved(EventName event, Rights rights) {
    return isChange(event) || (rights.seat() != null && RoomEvent.isReserved(event));
  }

  private static boolean isChange(EventName event) {
    return Arrays.stream(values()).anyMatch(kind -> event.value().equals(kind.event));
  }
}
