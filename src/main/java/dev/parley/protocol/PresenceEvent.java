package dev.parley.protocol;

import java.util.Locale;

/** What has happened to a person in a channel. */
public enum PresenceEvent {
  /** Their first device has come. */
  JOIN,
  /** Their last device has gone. */
  LEAVE,
  /** Their name or status is another one. */
  UPDATE;

  private final String wire = name().toLowerCase(Locale.ROOT);

  /** The name on the wire, for example {@code join}. */
  public String wire() {
    return wire;
  }
}
