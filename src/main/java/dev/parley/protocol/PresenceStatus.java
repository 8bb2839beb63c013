package dev.parley.protocol;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How reachable a person is, over all of their devices. */
public enum PresenceStatus {
  /** There, and active on at least one device. */
  ONLINE,
  /** There, but not active, or so by their own word. */
  AWAY,
  /** There, and not to be disturbed, by their own word. */
  BUSY,
  /** Connected nowhere. */
  OFFLINE;

  private final String wire = name().toLowerCase(Locale.ROOT);

  /** The name on the wire, for example {@code online}. */
  public String wire() {
    return wire;
  }

  /** The status with this name on the wire; null when there is none. */
  public static @Nullable PresenceStatus of(String wire) {
    for (PresenceStatus status : values()) {
      if (status.wire.equals(wire)) {
        return status;
      }
    }
    return null;
  }
}
