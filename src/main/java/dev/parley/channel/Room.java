package dev.parley.channel;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.OrgId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A room, beside its log. Whoever changes it or its members holds this row's lock until the commit,
 * so that the rules about all members (their number, the last owner) hold.
 */
@Entity
@Table(name = "room")
class Room {
  /** The namespace of rooms. */
  static final String NAMESPACE = "room";

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private long id;

  @Column(nullable = false, updatable = false)
  private String org = "";

  @Column(name = "room_id", nullable = false, updatable = false)
  private String roomId = "";

  @Column(nullable = false)
  private String title = "";

  @Enumerated(EnumType.STRING)
  @Column(nullable = false, updatable = false, length = 16)
  private Visibility visibility = Visibility.PUBLIC;

  @Column(nullable = false)
  private boolean archived;

  @Column(nullable = false)
  private int members;

  @Column(name = "access_version", nullable = false)
  private long accessVersion = 1;

  @Column(name = "created_by", updatable = false)
  private @Nullable String createdBy;

  @Column(name = "created_at", nullable = false, updatable = false)
  private Instant createdAt = Instant.EPOCH;

  protected Room() {}

  Room(
      OrgId org,
      String roomId,
      String title,
      Visibility visibility,
      @Nullable String createdBy,
      Instant createdAt) {
    this.org = org.value();
    this.roomId = roomId;
    this.title = title;
    this.visibility = visibility;
    this.createdBy = createdBy;
    this.createdAt = createdAt;
  }

  long id() {
    return id;
  }

  /** The channel in which it is spoken. */
  ChannelKey channel() {
    return new ChannelKey(new OrgId(org), new ChannelName(NAMESPACE + ":" + roomId));
  }

  OrgId org() {
    return new OrgId(org);
  }

  String roomId() {
    return roomId;
  }

  String title() {
    return title;
  }

  Visibility visibility() {
    return visibility;
  }

  boolean isPublic() {
    return visibility == Visibility.PUBLIC;
  }

  boolean isArchived() {
    return archived;
  }

  int members() {
    return members;
  }

  long accessVersion() {
    return accessVersion;
  }

  @Nullable String createdBy() {
    return createdBy;
  }

  Instant createdAt() {
    return createdAt;
  }

  void rename(String newTitle) {
    title = newTitle;
  }

  void archive(boolean nowArchived) {
    archived = nowArchived;
    accessVersion++;
  }

  /** The members have changed by so many; zero when a role has. */
  void membersChanged(int change) {
    members += change;
    accessVersion++;
  }
}
