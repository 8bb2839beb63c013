package dev.parley.message;

import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hibernate.Session;

/**
 * The rows that each append reads and writes: heads of logs, entries, keys. They are written in one
 * batch for each table, and by JDBC: this is the way of every durable message, and a third of what
 * it cost was the persistence context, which has no use for rows that nobody asks for again.
 *
 * <p>For one transaction. What waits here is not seen by queries until {@link #write}.
 */
final class AppendRows {
  private final Session session;
  private final Set<LogHead> heads = new LinkedHashSet<>();
  private final List<StoredMessage> messages = new ArrayList<>();
  private final List<KeyRecord> keys = new ArrayList<>();

  AppendRows(EntityManager em) {
    this.session = em.unwrap(Session.class);
  }

  /** Locks these until the end of the transaction; by id, without those that do not exist. */
  Map<Long, LogHead> lock(Collection<Long> ids) {
    return session.doReturningWork(connection -> lock(connection, ids));
  }

  private static Map<Long, LogHead> lock(Connection connection, Collection<Long> ids)
      throws SQLException {
    Map<Long, LogHead> locked = new HashMap<>();
    try (PreparedStatement select = connection.prepareStatement(LogHead.LOCK)) {
      select.setArray(1, connection.createArrayOf("bigint", ids.toArray()));
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          LogHead head = new LogHead(found);
          locked.put(head.id(), head);
        }
      }
    }
    return locked;
  }

  /** An entry, which its log's end was moved for. */
  void add(LogHead head, StoredMessage message) {
    heads.add(head);
    messages.add(message);
  }

  void add(KeyRecord key) {
    keys.add(key);
  }

  /** Writes what was added since the last call. */
  void write() {
    if (!messages.isEmpty() || !keys.isEmpty()) {
      session.doWork(this::write);
      heads.clear();
      messages.clear();
      keys.clear();
    }
  }

  private void write(Connection connection) throws SQLException {
    writeAll(connection, LogHead.UPDATE, heads, LogHead::bind);
    writeAll(connection, StoredMessage.INSERT, messages, StoredMessage::bind);
    writeAll(connection, KeyRecord.INSERT, keys, KeyRecord::bind);
  }

  /** Sets the parameters of a statement to what a row has. */
  private interface Binder<R> {
    void bind(R row, PreparedStatement statement) throws SQLException;
  }

  private static <R> void writeAll(
      Connection connection, String sql, Collection<R> rows, Binder<R> binder) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (R row : rows) {
        binder.bind(row, statement);
        statement.addBatch();
      }
      int[] counts = statement.executeBatch();
      for (int count : counts) {
        if (count != 1 && count != PreparedStatement.SUCCESS_NO_INFO) {
          throw new SQLException("a row of " + rows.size() + " was not written: " + sql);
        }
      }
    }
  }
}
