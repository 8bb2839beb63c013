package dev.parley.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What changes the trail, each a part of the connection's transaction. */
final class AuditWrites {
  /** What was done to whom by an erasure stays, as the proof that it was done. */
  private static final String ERASE =
      """
      update audit_entry set salt = null, actor = null, subject = null, address = null,
        channel = null, detail = null
      where entry_no >= ? and entry_no < ? and org = ? and salt is not null
        and (actor = ? or (subject = ? and kind <> 'erasure') or channel like ? escape '!')
      """;

  private AuditWrites() {}

  /** Appends these in their order, unless the first of them is there already, behind known. */
  static AuditHead append(Connection connection, List<AuditRecord> records, @Nullable Long known)
      throws SQLException {
    AuditHead head = AuditTable.head(connection, true);
    if (known != null
        && head.last() > known
        && AuditTable.has(connection, known, records.get(0).commitment())) {
      return head;
    }
    long number = head.last();
    String hash = head.lastHash();
    List<AuditEntry> entries = new ArrayList<>(records.size());
    for (AuditRecord record : records) {
      AuditEntry entry = AuditEntry.after(hash, ++number, record);
      entries.add(entry);
      hash = entry.hash();
    }
    AuditTable.insert(connection, entries);
    AuditHead now = new AuditHead(head.removed(), head.removedHash(), number, hash);
    AuditTable.setHead(connection, now);
    return now;
  }

  /** Empties the entries of {@code count} numbers that are about this person. */
  static int erase(
      Connection connection, String org, String user, String part, long from, int count)
      throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(ERASE)) {
      update.setLong(1, from);
      update.setLong(2, from + count);
      update.setString(3, org);
      update.setString(4, user);
      update.setString(5, user);
      update.setString(6, "%:" + part.replace("_", "!_"));
      return update.executeUpdate();
    }
  }

  /** Removes the oldest while they are from before the end; says whether there may be more. */
  static boolean trim(Connection connection, Instant end, int max) throws SQLException {
    AuditHead head = AuditTable.head(connection, true);
    AuditEntry last = null;
    for (AuditEntry entry : AuditTable.after(connection, head.removed(), max)) {
      if (!entry.entry().time().isBefore(end)) {
        break;
      }
      last = entry;
    }
    if (last == null) {
      return false;
    }
    AuditTable.removeUpTo(connection, last.number());
    AuditTable.setHead(
        connection, new AuditHead(last.number(), last.hash(), head.last(), head.lastHash()));
    return last.number() == head.removed() + max;
  }
}
