package dev.parley.message;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.NamedNativeQuery;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How far one person has received and read one channel. Only ever moves forward. */
@Entity
@Table(name = "receipt")
@NamedNativeQuery(
    name = Watermark.LOCK,
    query =
        "select channel_id, user_id, delivered_offset, read_offset, read_ordinal from receipt"
            + " where channel_id = any(:channels) and user_id = any(:users)"
            + " order by channel_id, user_id for update",
    resultClass = Watermark.class)
class Watermark {
  /** Locks the rows of each of {@code :users} in each of {@code :channels}, which are arrays. */
  static final String LOCK = "Watermark.lock";

  /** Whose it is, and where. */
  @Embeddable
  static class Key implements Serializable {
    private static final long serialVersionUID = 1L;

    @Column(name = "channel_id")
    private long channelId;

    @Column(name = "user_id")
    private String userId = "";

    protected Key() {}

    Key(long channelId, String userId) {
      this.channelId = channelId;
      this.userId = userId;
    }

    long channelId() {
      return channelId;
    }

    String userId() {
      return userId;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key && key.channelId == channelId && key.userId.equals(userId);
    }

    @Override
    public int hashCode() {
      return Objects.hash(channelId, userId);
    }
  }

  @EmbeddedId private Key key = new Key();

  @Column(name = "delivered_offset", nullable = false)
  private long delivered;

  @Column(name = "read_offset", nullable = false)
  private long read;

  @Column(name = "read_ordinal", nullable = false)
  private long readOrdinal;

  protected Watermark() {}

  Watermark(Key key) {
    this.key = key;
  }

  Key key() {
    return key;
  }

  long delivered() {
    return delivered;
  }

  long read() {
    return read;
  }

  /** Whether it has moved. */
  boolean deliver(long offset) {
    if (offset <= delivered) {
      return false;
    }
    delivered = offset;
    return true;
  }

  /**
   * Whether it has moved.
   *
   * @param ordinal how many messages there are up to the offset
   */
  boolean read(long offset, long ordinal) {
    if (offset <= read) {
      return false;
    }
    read = offset;
    readOrdinal = ordinal;
    return true;
  }
}
