package dev.parley.audit;

import dev.parley.platform.Ids;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import dev.parley.security.AuditEvent;
import dev.parley.security.AuditEvent.Kind;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import liquibase.Scope;
import liquibase.command.CommandScope;
import liquibase.command.core.UpdateCommandStep;
import liquibase.command.core.helpers.DbUrlConnectionArgumentsCommandStep;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.ClassLoaderResourceAccessor;
import org.jspecify.annotations.Nullable;

/** A chain in a database of its own, with the real tables and without a server. One thread. */
final class TestChain implements AutoCloseable {
  static final OrgId ORG = new OrgId("acme");
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static int databases;

  private final Connection connection;
  private final Ids ids = new Ids();
  private int written;

  TestChain() {
    try {
      connection = DriverManager.getConnection("jdbc:h2:mem:audit-" + ++databases, "parley", "");
      create(connection);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void create(Connection connection) throws Exception {
    Scope.child(
        Scope.Attr.resourceAccessor,
        new ClassLoaderResourceAccessor(),
        () ->
            new CommandScope(UpdateCommandStep.COMMAND_NAME)
                .addArgumentValue(
                    DbUrlConnectionArgumentsCommandStep.DATABASE_ARG,
                    DatabaseFactory.getInstance()
                        .findCorrectDatabaseImplementation(new JdbcConnection(connection)))
                .addArgumentValue(UpdateCommandStep.CHANGELOG_FILE_ARG, "db/audit.xml")
                .execute());
    connection.setAutoCommit(true);
  }

  /** Every table as it was created. */
  void clear() {
    execute("delete from audit_entry");
    execute("delete from audit_head");
    written = 0;
  }

  /** One entry for each of these people, a second apart. */
  void append(List<String> users) {
    List<AuditRecord> records = new ArrayList<>();
    for (String user : users) {
      records.add(record(user));
    }
    if (!records.isEmpty()) {
      append(records, null);
    }
  }

  void append(List<AuditRecord> records, @Nullable Long known) {
    sql(() -> AuditWrites.append(connection, records, known));
  }

  AuditRecord record(String user) {
    AuditEvent event =
        new AuditEvent(Kind.CONNECT, ORG.value(), user, "", "192.0.2.1", "room:a", "websocket");
    return AuditRecord.of(event, START.plusSeconds(written++), ids.random(16));
  }

  int erase(String user) {
    UserId id = new UserId(user);
    return sql(
        () -> AuditWrites.erase(connection, ORG.value(), user, id.asChannelPart(), 1, 1_000_000));
  }

  void trim(Instant end) {
    sql(() -> AuditWrites.trim(connection, end, 1_000_000));
  }

  AuditHead head() {
    return sql(() -> AuditTable.head(connection, false));
  }

  List<AuditEntry> entries() {
    return sql(() -> AuditTable.after(connection, 0, 1_000_000));
  }

  List<String> columns() {
    return sql(
        () -> {
          try (Statement statement = connection.createStatement();
              ResultSet rows = statement.executeQuery("select * from audit_entry")) {
            List<String> names = new ArrayList<>();
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
              names.add(rows.getMetaData().getColumnName(i).toLowerCase(Locale.ROOT));
            }
            return names;
          }
        });
  }

  int execute(String statement, @Nullable Object... parameters) {
    return sql(
        () -> {
          try (PreparedStatement sql = connection.prepareStatement(statement)) {
            for (int i = 0; i < parameters.length; i++) {
              sql.setObject(i + 1, parameters[i]);
            }
            return sql.executeUpdate();
          }
        });
  }

  /** What the program says, line by line; the last line is the sum. */
  List<String> verify(Map<Long, String> anchors) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    sql(
        () -> {
          try (PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            return VerifyAudit.verify(connection, anchors, out);
          } finally {
            connection.setAutoCommit(true);
          }
        });
    return said.toString(StandardCharsets.UTF_8).lines().toList();
  }

  /** The entries that it calls broken, in its order. */
  Stream<String> faults(Map<Long, String> anchors) {
    return verify(anchors).stream().filter(line -> line.startsWith("entry "));
  }

  @Override
  public void close() {
    sql(
        () -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute("shutdown");
          }
          return true;
        });
  }

  private interface Work<T> {
    T run() throws SQLException;
  }

  private static <T> T sql(Work<T> work) {
    try {
      return work.run();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
