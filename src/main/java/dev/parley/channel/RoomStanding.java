package dev.parley.channel;

import org.jspecify.annotations.Nullable;

/**
 * A room as one person finds it.
 *
 * @param role null for who is no member
 */
record RoomStanding(
    long roomId, long version, Visibility visibility, boolean archived, @Nullable RoomRole role) {
  /** As everybody finds a public room that nobody has made anything of. */
  static final RoomStanding OF_ANYBODY = new RoomStanding(0, 0, Visibility.PUBLIC, false, null);

  /** Whether the room is there for this person, who then may read it. */
  boolean reads() {
    return switch (visibility) {
      case PUBLIC -> true;
      case PRIVATE -> role != null;
    };
  }

  boolean publishes() {
    if (archived || !reads()) {
      return false;
    }
    return role == null || role.publishes();
  }
}
