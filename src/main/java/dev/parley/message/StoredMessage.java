package dev.parley.message;

import dev.parley.protocol.ChannelName;
import dev.parley.protocol.EventName;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.Marks;
import dev.parley.protocol.Marks.Version;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.ServerFrame.MessagePush;
import dev.parley.protocol.StreamPosition;
import dev.parley.protocol.UserRef;
import jakarta.persistence.Column;
import jakarta.persistence.ColumnResult;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityResult;
import jakarta.persistence.SqlResultSetMapping;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the log. Its place, its author and its time are written once and never changed; the
 * content of a message, and what it says about later changes, by {@link ChangeStore} only. Content
 * stands nowhere else, so that what is taken back is gone.
 */
@Entity
@Table(name = "message")
@Immutable
@SqlResultSetMapping(
    name = ConversationReader.MAPPING,
    entities = @EntityResult(entityClass = StoredMessage.class),
    columns = {
      @ColumnResult(name = "conversation_id"),
      @ColumnResult(name = "conversation_name"),
      @ColumnResult(name = "log_epoch"),
      @ColumnResult(name = "log_end"),
      @ColumnResult(name = "active_at"),
      @ColumnResult(name = "room_title"),
      @ColumnResult(name = "room_visibility"),
      @ColumnResult(name = "room_archived"),
      @ColumnResult(name = "direct_peer"),
      @ColumnResult(name = "delivered_to"),
      @ColumnResult(name = "read_to"),
      @ColumnResult(name = "unread_count")
    })
@SqlResultSetMapping(
    name = UnconfirmedReader.MAPPING,
    entities = @EntityResult(entityClass = StoredMessage.class),
    columns = {
      @ColumnResult(name = "asked_name"),
      @ColumnResult(name = "asked_epoch"),
      @ColumnResult(name = "asked_peer")
    })
class StoredMessage {
  /** The kinds of entries that people see as messages: those that change nothing. */
  static final List<Short> SHOWN = List.of(EntryKind.MESSAGE.number(), EntryKind.NOTICE.number());

  /**
   * All columns of a row called {@code m}. By name: PostgreSQL no longer carries out a prepared
   * statement with a star once the next release has added a column.
   */
  static final String COLUMNS =
      "m.channel_id, m.log_offset, m.message_id, m.event, m.data, m.user_id, m.user_name,"
          + " m.created_at, m.kind, m.ordinal, m.target_offset, m.reply_to, m.mentions, m.confirm,"
          + " m.edited_offset, m.edited_at, m.deleted_offset, m.deleted_at, m.reacted_offset";

  /** Writes one that nothing has changed yet; for {@link #bind}. */
  static final String INSERT =
      "insert into message (channel_id, log_offset, message_id, event, data, user_id, user_name,"
          + " created_at, kind, ordinal, target_offset, reply_to, mentions, confirm)"
          + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

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

  /** The number of an {@link EntryKind}. */
  @Column(nullable = false, updatable = false)
  private short kind;

  @Column(nullable = false, updatable = false)
  private long ordinal;

  @Column(name = "target_offset", updatable = false)
  private @Nullable Long targetOffset;

  @Column(name = "reply_to", updatable = false)
  private @Nullable UUID replyTo;

  @Column(length = 100_000)
  private @Nullable String mentions;

  private @Nullable Boolean confirm;

  @Column(name = "edited_offset")
  private @Nullable Long editedOffset;

  @Column(name = "edited_at")
  private @Nullable Instant editedAt;

  @Column(name = "deleted_offset")
  private @Nullable Long deletedOffset;

  @Column(name = "deleted_at")
  private @Nullable Instant deletedAt;

  @Column(name = "reacted_offset")
  private @Nullable Long reactedOffset;

  protected StoredMessage() {}

  StoredMessage(LogHead head, MessagePush message, EntryKind kind) {
    this(head, message, kind, null);
    Marks marks = message.marks();
    this.replyTo = marks.replyTo() == null ? null : marks.replyTo().value();
    this.mentions = marks.mentions().isEmpty() ? null : MentionList.write(marks.mentions());
    this.confirm = marks.confirm() ? true : null;
  }

  /**
   * @param message as it is kept, which is without new content
   */
  StoredMessage(LogHead head, MessagePush message, EntryKind kind, @Nullable Long targetOffset) {
    this.kind = kind.number();
    this.ordinal = head.messageCount();
    this.targetOffset = targetOffset;
    this.place = new Place(head.id(), message.position().offset());
    this.messageId = message.messageId().value();
    this.event = message.event().value();
    this.data = message.data().value();
    this.userId = message.user().id();
    this.userName = message.user().name();
    this.createdAt = message.time();
  }

  /** Sets the parameters of {@link #INSERT}. */
  void bind(PreparedStatement insert) throws SQLException {
    insert.setLong(1, place.channelId);
    insert.setLong(2, place.offset);
    insert.setObject(3, messageId);
    insert.setString(4, event);
    insert.setString(5, data);
    insert.setString(6, userId);
    insert.setString(7, userName);
    insert.setObject(8, Times.toSql(createdAt));
    insert.setShort(9, kind);
    insert.setLong(10, ordinal);
    insert.setObject(11, targetOffset, Types.BIGINT);
    insert.setObject(12, replyTo, Types.OTHER);
    insert.setString(13, mentions);
    insert.setObject(14, confirm, Types.BOOLEAN);
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

  EntryKind kind() {
    return EntryKind.of(kind);
  }

  @Nullable Long targetOffset() {
    return targetOffset;
  }

  /** Whether anybody has ever reacted to it. */
  boolean hasReactions() {
    return reactedOffset != null;
  }

  /** Its content; JSON's null once it was taken back. */
  JsonText content() {
    return new JsonText(data);
  }

  MessagePush toPush(ChannelName channel, String epoch) {
    return toPush(channel, epoch, content());
  }

  /** As it is pushed, with this content in place of its own. */
  MessagePush toPush(ChannelName channel, String epoch, JsonText content) {
    return new MessagePush(
        channel,
        new StreamPosition(epoch, place.offset),
        new MessageId(messageId),
        new EventName(event),
        content,
        new UserRef(userId, userName),
        createdAt,
        marks());
  }

  private Marks marks() {
    if (replyTo == null
        && mentions == null
        && confirm == null
        && editedOffset == null
        && deletedOffset == null) {
      return Marks.NONE;
    }
    return new Marks(
        replyTo == null ? null : new MessageId(replyTo),
        mentions == null ? List.of() : MentionList.read(mentions),
        Boolean.TRUE.equals(confirm),
        version(editedOffset, editedAt),
        version(deletedOffset, deletedAt),
        null);
  }

  private static @Nullable Version version(@Nullable Long offset, @Nullable Instant time) {
    return offset == null || time == null ? null : new Version(offset, time);
  }
}
