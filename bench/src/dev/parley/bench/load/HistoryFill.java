package dev.parley.bench.load;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Writes many messages behind a channel's log at once, as if they had been published one a second
 * until now. The rows are those that Parley writes; nobody must be publishing meanwhile.
 */
public final class HistoryFill implements AutoCloseable {
  private static final int BATCH = 1_000;
  private static final String HEAD =
      "select id, epoch, last_offset, message_count from channel where name = ?";
  private static final String INSERT =
      "insert into message (channel_id, log_offset, message_id, event, data, user_id, user_name,"
          + " created_at, kind, ordinal) values (?, ?, ?, 'message', ?, ?, ?, ?, 0, ?)";
  private static final String ADVANCE =
      "update channel set last_offset = ?, message_count = ?, last_message_offset = ?,"
          + " last_message_at = ? where id = ?";
  private static final String READ =
      "insert into receipt (channel_id, user_id, delivered_offset, read_offset, read_ordinal)"
          + " values (?, ?, ?, ?, ?)";

  private static final String ROOM =
      "insert into room (org, room_id, title, visibility, archived, members, access_version,"
          + " created_by, created_at) values (?, ?, 'Beside', 'PRIVATE', false, 1, 1, ?, ?)";

  /** What else Parley keeps of rooms that somebody has made. */
  private static final List<String> OF_ROOMS =
      List.of(
          "insert into channel (org, name, namespace, epoch, first_offset, last_offset,"
              + " message_count, trimmed_count, last_message_offset, last_message_at)"
              + " select org, concat('room:', room_id), 'room', 'beside', 1, 1, 1, 0, 1, created_at"
              + " from room where title = 'Beside'",
          "insert into room_member (room, user_id, org, role, joined_at)"
              + " select id, created_by, org, 'OWNER', created_at"
              + " from room where title = 'Beside'",
          "insert into receipt (channel_id, user_id, delivered_offset, read_offset, read_ordinal)"
              + " select c.id, r.created_by, 1, 1, 1 from room r"
              + " join channel c on c.org = r.org and c.name = concat('room:', r.room_id)"
              + " where r.title = 'Beside'");

  /** A channel's log. */
  public record Head(long id, String epoch, long lastOffset, long messages) {}

  private final SplittableRandom random = new SplittableRandom(1);
  private final Connection connection;

  /**
   * @param url with user and password
   */
  public HistoryFill(String url) throws SQLException {
    connection = DriverManager.getConnection(url);
    connection.setAutoCommit(false);
  }

  /**
   * Makes rooms that nobody asks about, each with an owner who has read it. In a database that is
   * nearly empty, any way to a row is as good as any other, and a plan says nothing.
   */
  public void beside(String channel, int count) throws SQLException {
    String org = org(channel);
    try (PreparedStatement insert = connection.prepareStatement(ROOM)) {
      for (int i = 0; i < count; i++) {
        insert.setString(1, org);
        insert.setString(2, "beside-" + i);
        insert.setString(3, "beside-" + i);
        insert.setObject(4, Instant.now(Clock.systemUTC()).atOffset(ZoneOffset.UTC));
        insert.addBatch();
      }
      insert.executeBatch();
    }
    try (Statement statement = connection.createStatement()) {
      for (String sql : OF_ROOMS) {
        statement.execute(sql);
      }
    }
    connection.commit();
  }

  private String org(String channel) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("select org from channel where name = ?")) {
      select.setString(1, channel);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    }
  }

  /** The end of a channel that is there. */
  public Head head(String channel) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(HEAD)) {
      select.setString(1, channel);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw new IllegalStateException("no such channel: " + channel);
        }
        return new Head(row.getLong(1), row.getString(2), row.getLong(3), row.getLong(4));
      }
    }
  }

  /**
   * Appends so many messages, by these authors in turn.
   *
   * @param payload characters of the data of each
   */
  public void append(String channel, long count, List<String> authors, int payload)
      throws SQLException {
    Head head = head(channel);
    Instant end = Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.MILLIS);
    String data = '"' + "x".repeat(Math.max(0, payload - 2)) + '"';
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (long i = 1; i <= count; i++) {
        Instant time = end.minusSeconds(count - i);
        String author = authors.get((int) (i % authors.size()));
        insert.setLong(1, head.id);
        insert.setLong(2, head.lastOffset + i);
        insert.setObject(3, messageId(time));
        insert.setString(4, data);
        insert.setString(5, author);
        insert.setString(6, author);
        insert.setObject(7, time.atOffset(ZoneOffset.UTC));
        insert.setLong(8, head.messages + i);
        insert.addBatch();
        if (i % BATCH == 0 || i == count) {
          insert.executeBatch();
          connection.commit();
        }
      }
    }
    advance(head, count, end);
  }

  private void advance(Head head, long count, Instant time) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(ADVANCE)) {
      update.setLong(1, head.lastOffset + count);
      update.setLong(2, head.messages + count);
      update.setLong(3, head.lastOffset + count);
      update.setObject(4, time.atOffset(ZoneOffset.UTC));
      update.setLong(5, head.id);
      update.executeUpdate();
    }
    connection.commit();
  }

  /** Somebody has read all but the last so many messages. */
  public void read(String channel, String user, long allBut) throws SQLException {
    Head head = head(channel);
    try (PreparedStatement insert = connection.prepareStatement(READ)) {
      insert.setLong(1, head.id);
      insert.setString(2, user);
      insert.setLong(3, head.lastOffset - allBut);
      insert.setLong(4, head.lastOffset - allBut);
      insert.setLong(5, head.messages - allBut);
      insert.executeUpdate();
    }
    connection.commit();
  }

  /** A UUID of version 7, which begins with its time. */
  private UUID messageId(Instant time) {
    long high = time.toEpochMilli() << 16 | 0x7000 | random.nextInt(1 << 12);
    return new UUID(high, random.nextLong() >>> 2 | Long.MIN_VALUE);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
