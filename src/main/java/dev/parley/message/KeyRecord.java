package dev.parley.message;

import dev.parley.protocol.MessageId;
import dev.parley.protocol.ServerFrame.Published;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.NamedNativeQuery;
import jakarta.persistence.Table;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.hibernate.annotations.Immutable;

/** Which message a caller's idempotency key has become, and of which content. */
@Entity
@Table(name = "idempotency")
@Immutable
@NamedNativeQuery(
    name = KeyRecord.FIND,
    query =
        "select key_hash, channel_id, body_hash, message_id, log_offset, created_at"
            + " from idempotency where key_hash = any(:hashes)",
    resultClass = KeyRecord.class)
class KeyRecord {
  /**
   * Finds the records of {@code :hashes}, an array. It is SQL because of the array: of a list,
   * Hibernate makes a new statement for each length, and translates it each time.
   */
  static final String FIND = "KeyRecord.find";

  /** Writes one; for {@link #bind}. */
  static final String INSERT =
      "insert into idempotency (key_hash, channel_id, body_hash, message_id, log_offset,"
          + " created_at) values (?, ?, ?, ?, ?, ?)";

  @Id
  @Column(name = "key_hash", length = 43)
  private String keyHash = "";

  @Column(name = "channel_id", nullable = false)
  private long channelId;

  @Column(name = "body_hash", nullable = false, length = 43)
  private String bodyHash = "";

  @Column(name = "message_id", nullable = false)
  private UUID messageId = new UUID(0, 0);

  @Column(name = "log_offset", nullable = false)
  private long offset;

  @Column(name = "created_at", nullable = false)
  private Instant createdAt = Instant.EPOCH;

  protected KeyRecord() {}

  KeyRecord(String keyHash, long channelId, String bodyHash, Published published) {
    this.keyHash = keyHash;
    this.channelId = channelId;
    this.bodyHash = bodyHash;
    this.messageId = published.messageId().value();
    this.offset = Objects.requireNonNull(published.position()).offset();
    this.createdAt = published.time();
  }

  /** Sets the parameters of {@link #INSERT}. */
  void bind(PreparedStatement insert) throws SQLException {
    insert.setString(1, keyHash);
    insert.setLong(2, channelId);
    insert.setString(3, bodyHash);
    insert.setObject(4, messageId);
    insert.setLong(5, offset);
    insert.setObject(6, Times.toSql(createdAt));
  }

  String keyHash() {
    return keyHash;
  }

  String bodyHash() {
    return bodyHash;
  }

  long offset() {
    return offset;
  }

  MessageId messageId() {
    return new MessageId(messageId);
  }

  Instant createdAt() {
    return createdAt;
  }
}
