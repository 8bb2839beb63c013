package dev.parley.channel;

import dev.parley.protocol.CommandRejected;
import java.util.Locale;

/** What somebody is in a room. */
public enum RoomRole {
  /** Reads, publishes, and looks after the room: its name, its members, its end. */
  OWNER(true),
  /** Reads and publishes. */
  MEMBER(true),
  /** Reads. */
  READER(false);

  private final boolean publishes;

  RoomRole(boolean publishes) {
    this.publishes = publishes;
  }

  boolean publishes() {
    return publishes;
  }

  /** The name on the wire. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The role of this name.
   *
   * @throws CommandRejected with {@code bad_request}
   */
  static RoomRole of(String wire) {
    for (RoomRole role : values()) {
      if (role.wire().equals(wire)) {
        return role;
      }
    }
    throw CommandRejected.badRequest("role: must be owner, member or reader");
  }
}
