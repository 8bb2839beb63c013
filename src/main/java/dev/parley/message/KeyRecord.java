package dev.parley.message;

import dev.parley.protocol.MessageId;
import dev.parley.protocol.ServerFrame.Published;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** Which message a caller's idempotency key has become, and of which content. */
@Entity
@Table(name = "idempotency")
class KeyRecord {
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
    this.offset = published.position().offset();
    this.createdAt = published.time();
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
