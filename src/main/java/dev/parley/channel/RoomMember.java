package dev.parley.channel;

import dev.parley.protocol.UserId;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Somebody's place in a room; changed only under the room's lock. */
@Entity
@Table(name = "room_member")
class RoomMember {
  /** Who in which room. */
  @Embeddable
  static class Key implements Serializable {
    private static final long serialVersionUID = 1L;

    @Column(name = "room")
    private long room;

    @Column(name = "user_id")
    private String user = "";

    protected Key() {}

    Key(long room, UserId user) {
      this.room = room;
      this.user = user.value();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key && key.room == room && key.user.equals(user);
    }

    @Override
    public int hashCode() {
      return Objects.hash(room, user);
    }
  }

  @EmbeddedId private Key key = new Key();

  @Column(nullable = false, updatable = false)
  private String org = "";

  @Enumerated(EnumType.STRING)
  @Column(nullable = false, length = 16)
  private RoomRole role = RoomRole.MEMBER;

  @Column(name = "joined_at", nullable = false, updatable = false)
  private Instant joinedAt = Instant.EPOCH;

  protected RoomMember() {}

  RoomMember(Room room, UserId user, RoomRole role, Instant joinedAt) {
    this.key = new Key(room.id(), user);
    this.org = room.org().value();
    this.role = role;
    this.joinedAt = joinedAt;
  }

  long room() {
    return key.room;
  }

  UserId user() {
    return new UserId(key.user);
  }

  RoomRole role() {
    return role;
  }

  Instant joinedAt() {
    return joinedAt;
  }

  void become(RoomRole newRole) {
    role = newRole;
  }
}
