package dev.parley.message;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.StreamPosition;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * The head of a channel's log. Whoever appends holds this row's lock until the commit, so offsets
 * are given in commit order and have no holes.
 */
@Entity
@Table(name = "channel")
class LogHead {
  /** Locks the rows of an array of ids, in their order; for {@link #LogHead(ResultSet)}. */
  static final String LOCK =
      "select id, org, name, namespace, epoch, first_offset, last_offset, message_count,"
          + " trimmed_count, last_message_offset, last_message_at"
          + " from channel where id = any(?) order by id for update";

  /** Writes what {@link #advance} changes; for {@link #bind}. */
  static final String UPDATE =
      "update channel set last_offset = ?, message_count = ?, last_message_offset = ?,"
          + " last_message_at = ? where id = ?";

  /** Random bytes of an epoch. */
  static final int EPOCH_BYTES = 9;

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private long id;

  @Column(nullable = false, updatable = false)
  private String org = "";

  @Column(nullable = false, updatable = false)
  private String name = "";

  @Column(nullable = false, updatable = false, length = 64)
  private String namespace = "";

  @Column(nullable = false, length = StreamPosition.MAX_EPOCH_LENGTH)
  private String epoch = "";

  @Column(name = "first_offset", nullable = false)
  private long firstOffset = 1;

  @Column(name = "last_offset", nullable = false)
  private long lastOffset;

  @Column(name = "message_count", nullable = false)
  private long messageCount;

  @Column(name = "trimmed_count", nullable = false)
  private long trimmedCount;

  @Column(name = "last_message_offset", nullable = false)
  private long lastMessageOffset;

  @Column(name = "last_message_at")
  private @Nullable Instant lastMessageAt;

  protected LogHead() {}

  LogHead(ChannelKey channel, String epoch) {
    this.org = channel.org().value();
    this.name = channel.name().value();
    this.namespace = channel.name().namespace();
    this.epoch = epoch;
  }

  /** As {@link #LOCK} has found it; the persistence context does not know it. */
  LogHead(ResultSet row) throws SQLException {
    this.id = row.getLong(1);
    this.org = row.getString(2);
    this.name = row.getString(3);
    this.namespace = row.getString(4);
    this.epoch = row.getString(5);
    this.firstOffset = row.getLong(6);
    this.lastOffset = row.getLong(7);
    this.messageCount = row.getLong(8);
    this.trimmedCount = row.getLong(9);
    this.lastMessageOffset = row.getLong(10);
    this.lastMessageAt = Times.of(row.getObject(11, OffsetDateTime.class));
  }

  /** Sets the parameters of {@link #UPDATE}. */
  void bind(PreparedStatement update) throws SQLException {
    update.setLong(1, lastOffset);
    update.setLong(2, messageCount);
    update.setLong(3, lastMessageOffset);
    update.setObject(4, Times.toSql(lastMessageAt), Types.TIMESTAMP_WITH_TIMEZONE);
    update.setLong(5, id);
  }

  long id() {
    return id;
  }

  ChannelName channel() {
    return new ChannelName(name);
  }

  String epoch() {
    return epoch;
  }

  /** The end of the log. */
  StreamPosition position() {
    return new StreamPosition(epoch, lastOffset);
  }

  /** The place of the next entry; only under the row's lock. */
  StreamPosition advance(EntryKind kind, Instant time) {
    lastOffset++;
    if (kind == EntryKind.MESSAGE) {
      messageCount++;
    }
    if (!kind.isChange()) {
      lastMessageOffset = lastOffset;
      lastMessageAt = time;
    }
    return position();
  }

  /** How many messages there ever were, with the one that was given its place last. */
  long messageCount() {
    return messageCount;
  }

  /** How many of them retention has removed. */
  long trimmedCount() {
    return trimmedCount;
  }

  /**
   * Notes that retention has removed what comes before {@code offset}.
   *
   * @param count how many messages came before it
   */
  void beginAt(long offset, long count) {
    firstOffset = Math.max(firstOffset, offset);
    trimmedCount = Math.max(trimmedCount, count);
  }

  long firstOffset() {
    return firstOffset;
  }

  long lastOffset() {
    return lastOffset;
  }
}
