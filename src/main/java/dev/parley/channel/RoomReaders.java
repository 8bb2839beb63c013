package dev.parley.channel;

import dev.parley.protocol.UserId;
import java.util.Set;

/**
 * Which of those who were asked for may read a room.
 *
 * @param version the room's access version at that moment
 * @param everybody whether the room is public; then {@code users} is empty
 */
public record RoomReaders(long version, boolean everybody, Set<UserId> users) {
  public RoomReaders {
    users = Set.copyOf(users);
  }

  /** Whether this one, who was asked for, may read. */
  public boolean has(UserId user) {
    return everybody || users.contains(user);
  }
}
