package dev.parley.notification;

import jakarta.persistence.Column;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;

/**
 * What a person has decided about one of the tenant's notifications, where it differs from what the
 * person's {@link Inbox} says of all. The inbox is the person's, the number the tenant's.
 */
@Entity
@Table(name = "notification_mark")
class TenantMark {
  @EmbeddedId private Place place = new Place();

  @Column(name = "is_read", nullable = false)
  private boolean seen;

  @Column(name = "is_removed", nullable = false)
  private boolean removed;

  protected TenantMark() {}

  TenantMark(Place place, boolean seen) {
    this.place = place;
    this.seen = seen;
  }

  Place place() {
    return place;
  }

  boolean seen() {
    return seen;
  }

  boolean removed() {
    return removed;
  }

  void see(boolean seen) {
    this.seen = seen;
  }

  void remove() {
    removed = true;
  }
}
