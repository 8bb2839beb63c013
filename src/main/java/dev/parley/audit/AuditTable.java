package dev.parley.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tables of the trail, in plain JDBC: the node and the verifier, which runs outside of any
 * server, read them by the same code. Each call is part of the connection's transaction.
 */
final class AuditTable {
  private static final String COLUMNS =
      "entry_no, created_at, kind, org, commitment, hash, salt,"
          + " actor, subject, address, channel, detail";

  private AuditTable() {}

  /** The head; whoever locks it is the only one who appends or trims until the transaction ends. */
  static AuditHead head(Connection connection, boolean lock) throws SQLException {
    String sql =
        "select removed_no, removed_hash, last_no, last_hash from audit_head where id = 1"
            + (lock ? " for update" : "");
    try (PreparedStatement query = connection.prepareStatement(sql);
        ResultSet row = query.executeQuery()) {
      return row.next()
          ? new AuditHead(row.getLong(1), row.getString(2), row.getLong(3), row.getString(4))
          : AuditHead.EMPTY;
    }
  }

  static void setHead(Connection connection, AuditHead head) throws SQLException {
    String sql =
        "update audit_head set removed_no = ?, removed_hash = ?, last_no = ?, last_hash = ?"
            + " where id = 1";
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setLong(1, head.removed());
      update.setString(2, head.removedHash());
      update.setLong(3, head.last());
      update.setString(4, head.lastHash());
      if (update.executeUpdate() == 0) {
        begin(connection, head);
      }
    }
  }

  /** The very first; another node that does it at the same moment fails, and tries again. */
  private static void begin(Connection connection, AuditHead head) throws SQLException {
    String sql =
        "insert into audit_head (id, removed_no, removed_hash, last_no, last_hash)"
            + " values (1, ?, ?, ?, ?)";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setLong(1, head.removed());
      insert.setString(2, head.removedHash());
      insert.setLong(3, head.last());
      insert.setString(4, head.lastHash());
      insert.executeUpdate();
    }
  }

  static void insert(Connection connection, List<AuditEntry> entries) throws SQLException {
    String sql =
        "insert into audit_entry (" + COLUMNS + ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      for (AuditEntry entry : entries) {
        set(insert, entry);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static void set(PreparedStatement insert, AuditEntry entry) throws SQLException {
    AuditRecord record = entry.entry();
    insert.setLong(1, entry.number());
    insert.setObject(2, record.time().atOffset(ZoneOffset.UTC));
    insert.setString(3, record.kind());
    insert.setString(4, record.org());
    insert.setString(5, record.commitment());
    insert.setString(6, entry.hash());
    insert.setString(7, record.salt());
    AuditContent content = record.content();
    insert.setString(8, content == null ? null : content.actor());
    insert.setString(9, content == null ? null : content.subject());
    insert.setString(10, content == null ? null : content.address());
    insert.setString(11, content == null ? null : content.channel());
    insert.setString(12, content == null ? null : content.detail());
  }

  /** Whether an entry behind this number has this commitment, which no two entries share. */
  static boolean has(Connection connection, long after, String commitment) throws SQLException {
    String sql = "select 1 from audit_entry where entry_no > ? and commitment = ?";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setLong(1, after);
      query.setString(2, commitment);
      try (ResultSet row = query.executeQuery()) {
        return row.next();
      }
    }
  }

  /** The entries behind this number, oldest first. */
  static List<AuditEntry> after(Connection connection, long number, int limit) throws SQLException {
    String sql =
        "select "
            + COLUMNS
            + " from audit_entry where entry_no > ? order by entry_no fetch first ? rows only";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setLong(1, number);
      query.setInt(2, limit);
      return read(query);
    }
  }

  /** A tenant's entries before this number, newest first; of all kinds when the kind is null. */
  static List<AuditEntry> before(
      Connection connection, String org, @Nullable String kind, long number, int limit)
      throws SQLException {
    String sql =
        "select "
            + COLUMNS
            + " from audit_entry where org = ? and entry_no < ?"
            + (kind == null ? "" : " and kind = ?")
            + " order by entry_no desc fetch first ? rows only";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, org);
      query.setLong(2, number);
      int next = 3;
      if (kind != null) {
        query.setString(next++, kind);
      }
      query.setInt(next, limit);
      return read(query);
    }
  }

  static void removeUpTo(Connection connection, long number) throws SQLException {
    String sql = "delete from audit_entry where entry_no <= ?";
    try (PreparedStatement delete = connection.prepareStatement(sql)) {
      delete.setLong(1, number);
      delete.executeUpdate();
    }
  }

  private static List<AuditEntry> read(PreparedStatement query) throws SQLException {
    List<AuditEntry> entries = new ArrayList<>();
    try (ResultSet row = query.executeQuery()) {
      while (row.next()) {
        entries.add(entry(row));
      }
    }
    return entries;
  }

  private static AuditEntry entry(ResultSet row) throws SQLException {
    AuditRecord record =
        new AuditRecord(
            row.getObject(2, OffsetDateTime.class).toInstant(),
            row.getString(3),
            row.getString(4),
            row.getString(5),
            row.getString(7),
            content(row));
    return new AuditEntry(row.getLong(1), record, row.getString(6));
  }

  /** What is half there is no content that anybody has committed to. */
  private static @Nullable AuditContent content(ResultSet row) throws SQLException {
    List<@Nullable String> fields = new ArrayList<>();
    for (int column = 8; column <= 12; column++) {
      fields.add(row.getString(column));
    }
    if (fields.stream().allMatch(field -> field == null)) {
      return null;
    }
    return new AuditContent(
        text(fields.get(0)),
        text(fields.get(1)),
        text(fields.get(2)),
        text(fields.get(3)),
        text(fields.get(4)));
  }

  /** A field that only one of the others has lost: U+0000 is in no text, so it fits nothing. */
  private static String text(@Nullable String column) {
    return column == null ? "\0" : column;
  }
}
