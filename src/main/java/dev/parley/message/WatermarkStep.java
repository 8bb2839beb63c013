package dev.parley.message;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.Objects;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/**
 * When a watermark came to an offset. A message was received, or read, at the time of the first
 * step that reaches it.
 */
@Entity
@Table(name = "receipt_step")
@Immutable
class WatermarkStep {
  /** The numbers in the database. */
  static final short DELIVERED = 0;

  static final short READ = 1;

  /** Whose step, and how far it went. */
  @Embeddable
  static class Key implements Serializable {
    private static final long serialVersionUID = 1L;

    @Column(name = "channel_id")
    private long channelId;

    @Column(name = "user_id")
    private String userId = "";

    private short kind;

    @Column(name = "log_offset")
    private long offset;

    protected Key() {}

    Key(long channelId, String userId, short kind, long offset) {
      this.channelId = channelId;
      this.userId = userId;
      this.kind = kind;
      this.offset = offset;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key
          && key.channelId == channelId
          && key.kind == kind
          && key.offset == offset
          && key.userId.equals(userId);
    }

    @Override
    public int hashCode() {
      return Objects.hash(channelId, userId, kind, offset);
    }
  }

  @EmbeddedId private Key key = new Key();

  @Column(name = "created_at", nullable = false)
  private Instant createdAt = Instant.EPOCH;

  protected WatermarkStep() {}

  WatermarkStep(Watermark.Key whose, short kind, long offset, Instant createdAt) {
    this.key = new Key(whose.channelId(), whose.userId(), kind, offset);
    this.createdAt = createdAt;
  }

  Key key() {
    return key;
  }
}
