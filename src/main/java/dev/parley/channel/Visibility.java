package dev.parley.channel;

import dev.parley.protocol.CommandRejected;
import java.util.Locale;

/** Who may know of a room. */
public enum Visibility {
  /** The tenant: all of it reads and publishes. */
  PUBLIC,
  /** Its members; to everybody else it is not there. */
  PRIVATE;

  /** The name on the wire. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The visibility of this name.
   *
   * @throws CommandRejected with {@code bad_request}
   */
  static Visibility of(String wire) {
    return switch (wire) {
      case "public" -> PUBLIC;
      case "private" -> PRIVATE;
      default -> throw CommandRejected.badRequest("visibility: must be public or private");
    };
  }
}
