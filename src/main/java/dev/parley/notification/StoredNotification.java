package dev.parley.notification;

import dev.parley.protocol.EventName;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.UserRef;
import jakarta.persistence.Column;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

/**
 * One notification in the inbox of a person or of a tenant. An update writes only what has changed:
 * who marks it as read must not write back what was erased meanwhile.
 */
@Entity
@DynamicUpdate
@Table(name = "notification")
class StoredNotification {
  @EmbeddedId private Place place = new Place();

  @Column(nullable = false, updatable = false)
  private UUID id = new UUID(0, 0);

  @Column(name = "tenant_number", nullable = false, updatable = false)
  private long tenantNumber;

  @Column(nullable = false, length = EventName.MAX_LENGTH)
  private String kind = "";

  @Column(nullable = false, length = 1_000_000)
  private String data = "";

  @Column(nullable = false, updatable = false)
  private boolean urgent;

  @Column(name = "sender_id", nullable = false)
  private String senderId = "";

  @Column(name = "sender_name")
  private @Nullable String senderName;

  @Column(name = "created_at", nullable = false, updatable = false)
  private Instant createdAt = Instant.EPOCH;

  @Column(name = "is_read", nullable = false)
  private boolean seen;

  protected StoredNotification() {}

  StoredNotification(Place place, long tenantNumber, UUID id, Notice notice, Instant createdAt) {
    this.place = place;
    this.tenantNumber = tenantNumber;
    this.id = id;
    this.kind = notice.kind().value();
    this.data = notice.data().value();
    this.urgent = notice.urgent();
    this.senderId = notice.sender().id();
    this.senderName = notice.sender().name();
    this.createdAt = createdAt;
  }

  Place place() {
    return place;
  }

  long number() {
    return place.number();
  }

  /** The newest of the tenant's that were there when this one came: the order between the two. */
  long tenantNumber() {
    return tenantNumber;
  }

  boolean seen() {
    return seen;
  }

  void see(boolean seen) {
    this.seen = seen;
  }

  /** How it looks to one person. */
  Notification as(Scope scope, boolean read) {
    Notice notice =
        new Notice(
            new EventName(kind), new JsonText(data), urgent, new UserRef(senderId, senderName));
    return new Notification(id, scope, place.number(), notice, createdAt, read);
  }
}
