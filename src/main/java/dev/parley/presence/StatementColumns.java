package dev.parley.presence;

import dev.parley.protocol.ChannelName;
import dev.parley.protocol.PresenceStatus;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A {@link Statement} as the last eight columns of a row of {@link PresenceStore}. */
final class StatementColumns {
  private StatementColumns() {}

  /** Sets the columns from this one on; without a statement the row says that nobody is there. */
  static void set(PreparedStatement sql, int first, @Nullable Statement statement)
      throws SQLException {
    Choice choice = statement == null ? null : statement.choice();
    sql.setBoolean(first, statement == null);
    sql.setString(first + 1, statement == null ? "" : statement.name());
    sql.setString(first + 2, choice == null ? null : choice.status().wire());
    sql.setString(first + 3, choice == null ? null : choice.info());
    sql.setLong(first + 4, choice == null ? 0 : choice.at());
    sql.setBoolean(first + 5, statement != null && statement.idle());
    sql.setString(first + 6, statement == null ? "" : devices(statement));
    sql.setString(first + 7, statement == null ? "" : channels(statement));
  }

  /** The names have no spaces. */
  private static String channels(Statement statement) {
    return statement.channels().stream().map(ChannelName::value).collect(Collectors.joining(" "));
  }

  /** A line each; labels have no line breaks, see {@link Device}. */
  private static String devices(Statement statement) {
    return statement.devices().stream()
        .map(one -> one.label() == null ? one.transport() : one.transport() + " " + one.label())
        .collect(Collectors.joining("\n"));
  }

  /** Reads them back. */
  static @Nullable Statement get(ResultSet row, int first) throws SQLException {
    if (row.getBoolean(first)) {
      return null;
    }
    PresenceStatus status = PresenceStatus.of(String.valueOf(row.getString(first + 2)));
    Choice choice =
        status == null
            ? null
            : new Choice(status, row.getString(first + 3), row.getLong(first + 4));
    return new Statement(
        row.getString(first + 1),
        choice,
        row.getBoolean(first + 5),
        devices(row.getString(first + 6)),
        channels(row.getString(first + 7)));
  }

  private static SortedSet<DeviceInfo> devices(String text) {
    return text.lines()
        .map(line -> line.split(" ", 2))
        .map(parts -> new DeviceInfo(parts[0], parts.length == 1 ? null : parts[1]))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<ChannelName> channels(String text) {
    return Arrays.stream(text.split(" "))
        .filter(name -> !name.isEmpty())
        .map(ChannelName::new)
        .collect(Collectors.toSet());
  }
}
