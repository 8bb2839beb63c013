package dev.parley.message;

import dev.parley.protocol.ChannelName;
import dev.parley.protocol.EventName;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.ServerFrame.MessagePush;
import dev.parley.protocol.StreamPosition;
import dev.parley.protocol.UserRef;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** One message of the log. Written once, never changed. */
@Entity
@Table(name = "message")
@Immutable
class StoredMessage {
  /** Where a message stands. The order of the columns is that of the primary key's index. */
  @Embeddable
  static class Place implements Serializable {
    private static final long serialVersionUID = 1L;

    @Column(name = "channel_id")
    private long channelId;

    @Column(name = "log_offset")
    private long offset;

    protected Place() {}

    Place(long channelId, long offset) {
      this.channelId = channelId;
      this.offset = offset;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Place place && place.channelId == channelId && place.offset == offset;
    }

    @Override
    public int hashCode() {
      return Objects.hash(channelId, offset);
    }
  }

  @EmbeddedId private Place place = new Place();

  @Column(name = "message_id", nullable = false, updatable = false)
  private UUID messageId = new UUID(0, 0);

  @Column(nullable = false, length = EventName.MAX_LENGTH)
  private String event = "";

  @Column(nullable = false, length = 1_000_000)
  private String data = "";

  @Column(name = "user_id", nullable = false, updatable = false)
  private String userId = "";

  @Column(name = "user_name", updatable = false)
  private @Nullable String userName;

  @Column(name = "created_at", nullable = false, updatable = false)
  private Instant createdAt = Instant.EPOCH;

  protected StoredMessage() {}

  StoredMessage(LogHead head, MessagePush message) {
    this.place = new Place(head.id(), message.position().offset());
    this.messageId = message.messageId().value();
    this.event = message.event().value();
    this.data = message.data().value();
    this.userId = message.user().id();
    this.userName = message.user().name();
    this.createdAt = message.time();
  }

  long channelId() {
    return place.channelId;
  }

  long offset() {
    return place.offset;
  }

  UUID messageId() {
    return messageId;
  }

  Instant createdAt() {
    return createdAt;
  }

  MessagePush toPush(ChannelName channel, String epoch) {
    return new MessagePush(
        channel,
        new StreamPosition(epoch, place.offset),
        new MessageId(messageId),
        new EventName(event),
        new JsonText(data),
        new UserRef(userId, userName),
        createdAt);
  }
}
