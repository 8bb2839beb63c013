package dev.parley.message;

import dev.parley.protocol.EventName;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What an entry of the log is. Changes are entries like messages: they have an offset of their own,
 * so they are ordered, pushed, recovered and never doubled as messages are. The order is that of
 * the numbers in the database.
 */
public enum EntryKind {
  /** A message. The only kind that counts as unread. */
  MESSAGE(null),
  /** A message has other content now. */
  UPDATE("message-updated"),
  /** A message was taken back. */
  DELETION("message-deleted"),
  /** Somebody has reacted to a message, or does so no longer. */
  REACTION("message-reaction"),
  /** What the server itself has to say in a channel: shown as a message, never unread. */
  NOTICE(null);

  private final @Nullable EventName event;

  EntryKind(@Nullable String event) {
    this.event = event == null ? null : new EventName(event);
  }

  /** The event under which it is pushed; for messages that is their author's affair. */
  EventName event() {
    return event == null ? EventName.MESSAGE : event;
  }

  /** Whether it changes a message and is none itself. */
  boolean isChange() {
    return event != null;
  }

  /** The kind of this number. */
  static EntryKind of(int number) {
    return values()[number];
  }

  /** Whether nobody may publish a message under this event, because it would pass for a change. */
  static boolean isReserved(EventName event) {
    return Arrays.stream(values()).anyMatch(kind -> event.equals(kind.event));
  }
}
