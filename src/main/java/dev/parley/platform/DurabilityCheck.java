package dev.parley.platform;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a PostgreSQL that acknowledges what it has not written: then nothing that Parley
 * acknowledges could be relied on either. Jepsen found such a default to lose messages in NATS
 * 2.12.1.
 */
final class DurabilityCheck {
  /** The database does not keep what it acknowledges. */
  static final class NotDurable extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    NotDurable(String sentence) {
      super(sentence);
    }
  }

  private DurabilityCheck() {}

  /**
   * Asks the server, as the user that Parley uses: both can be set for a user or a database alone.
   *
   * @throws NotDurable with a sentence for the operator
   */
  static void check(Connection connection) throws SQLException {
    String problem = problem(show(connection, "fsync"), show(connection, "synchronous_commit"));
    if (problem != null) {
      throw new NotDurable(problem);
    }
  }

  private static String show(Connection connection, String setting) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("show " + setting)) {
      row.next();
      return row.getString(1);
    }
  }

  /**
   * What is wrong with these; null when nothing is. {@code local}, {@code remote_write} and {@code
   * remote_apply} all wait for this server's own disk.
   */
  static @Nullable String problem(String fsync, String synchronousCommit) {
    if (fsync.equals("off")) {
      return refusal("fsync");
    }
    return synchronousCommit.equals("off") ? refusal("synchronous_commit") : null;
  }

  private static String refusal(String setting) {
    return "the database of parley.database.url runs with "
        + setting
        + "=off, so messages that were acknowledged could be lost: set it to on";
  }
}
