package dev.parley.message;

import jakarta.persistence.Column;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.hibernate.annotations.Immutable;

/**
 * A message that asks each recipient to confirm it: few of all, so that they are found among few.
 */
@Entity
@Table(name = "confirm_request")
@Immutable
class ConfirmRequest {
  @EmbeddedId private StoredMessage.Place place = new StoredMessage.Place();

  /** Whose message it is. */
  @Column(name = "user_id", nullable = false)
  private String userId = "";

  protected ConfirmRequest() {}

  ConfirmRequest(long channelId, long offset, String userId) {
    this.place = new StoredMessage.Place(channelId, offset);
    this.userId = userId;
  }

  StoredMessage.Place place() {
    return place;
  }
}
