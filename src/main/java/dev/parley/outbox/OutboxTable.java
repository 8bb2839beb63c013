package dev.parley.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The outbox as one transaction sees it. The layout is that of {@code
 * dev/parley/publisher/outbox.xml}, which applications migrate by. On one thread.
 */
final class OutboxTable {
  /** Characters of one batch; with it, memory is bounded whatever waits in the table. */
  private static final int MAX_CHARACTERS = 1 << 20;

  /** Rows that a driver brings at a time. */
  private static final int FETCH = 16;

  /** Longest reason, as the column holds it. */
  private static final int MAX_REASON = 1000;

  /** What PostgreSQL and H2 say of a row that is locked. */
  private static final Set<String> BUSY = Set.of("55P03", "HYT00");

  private final Connection connection;

  OutboxTable(Connection connection) {
    this.connection = connection;
  }

  /** Waits for no one: false when another node holds the lock, which takes what there is. */
  boolean lock() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select id from parley_outbox_relay where id = 1 for update nowait")) {
      if (!row.next()) {
        throw new SQLException("parley_outbox_relay has lost its row");
      }
      return true;
    } catch (SQLException e) {
      if (BUSY.contains(String.valueOf(e.getSQLState()))) {
        return false;
      }
      throw e;
    }
  }

  /** What was recorded first, at most {@code limit} calls. */
  List<OutboxRow> next(int limit) throws SQLException {
    List<OutboxRow> rows = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select id, request_key, channel, body, created_at from parley_outbox"
                + " where refused is null order by id fetch first "
                + limit
                + " rows only")) {
      statement.setFetchSize(FETCH);
      try (ResultSet found = statement.executeQuery()) {
        int characters = 0;
        while (characters < MAX_CHARACTERS && found.next()) {
          rows.add(row(found));
          characters += found.getString(4).length();
        }
      }
    }
    return rows;
  }

  private static OutboxRow row(ResultSet found) throws SQLException {
    return new OutboxRow(
        found.getLong(1),
        found.getString(2),
        found.getString(3),
        found.getString(4),
        found.getObject(5, OffsetDateTime.class).toInstant());
  }

  /** Removes calls that are in the log. */
  void remove(List<OutboxRow> rows) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("delete from parley_outbox where id = ?")) {
      for (OutboxRow row : rows) {
        statement.setLong(1, row.id());
        statement.addBatch();
      }
      int[] unused = statement.executeBatch();
    }
  }

  /** Puts a call aside for somebody to look at. */
  void refuse(OutboxRow row, String reason) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("update parley_outbox set refused = ? where id = ?")) {
      statement.setString(1, reason.substring(0, Math.min(MAX_REASON, reason.length())));
      statement.setLong(2, row.id());
      int unused = statement.executeUpdate();
    }
  }
}
