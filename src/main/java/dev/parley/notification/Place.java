package dev.parley.notification;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A number in an inbox. The order of the columns is that of the primary keys' indexes. */
@Embeddable
class Place implements Serializable {
  private static final long serialVersionUID = 1L;

  @Column(name = "inbox_id")
  private long inboxId;

  @Column(name = "item_number")
  private long number;

  protected Place() {}

  Place(long inboxId, long number) {
    this.inboxId = inboxId;
    this.number = number;
  }

  long inboxId() {
    return inboxId;
  }

  long number() {
    return number;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Place place && place.inboxId == inboxId && place.number == number;
  }

  @Override
  public int hashCode() {
    return Objects.hash(inboxId, number);
  }
}
