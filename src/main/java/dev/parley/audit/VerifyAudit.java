package dev.parley.audit;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks the audit trail from outside, without a server. Run it with what the WAR holds:
 *
 * <pre>
 * unzip -q parley.war -d parley
 * java -cp 'parley/WEB-INF/classes:parley/WEB-INF/lib/*' dev.parley.audit.VerifyAudit \
 *   jdbc:postgresql://db/parley [number:hash ...]
 * </pre>
 *
 * <p>The arguments behind the address are anchors, as the nodes' logs have them. User and password
 * come from {@code PARLEY_DATABASE_USER} and {@code PARLEY_DATABASE_PASSWORD}. It only reads, all
 * in one transaction that sees one moment.
 *
 * <p>Exit code: 0 intact, 1 broken (a line for each fault names the entry), 2 not checked.
 */
public final class VerifyAudit {
  static final int INTACT = 0;
  static final int BROKEN = 1;
  static final int NOT_CHECKED = 2;

  private static final int PAGE = 1000;

  private VerifyAudit() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments, System.getenv(), System.out, System.err));
  }

  static int run(
      String[] arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
    if (arguments.length == 0) {
      err.println("usage: VerifyAudit jdbc-address [number:hash ...]");
      return NOT_CHECKED;
    }
    String user = environment.getOrDefault("PARLEY_DATABASE_USER", "parley");
    String password = environment.getOrDefault("PARLEY_DATABASE_PASSWORD", "");
    try (Connection connection = DriverManager.getConnection(arguments[0], user, password)) {
      return verify(connection, anchors(arguments), out);
    } catch (SQLException | IllegalArgumentException e) {
      err.println("not checked: " + e.getMessage());
      return NOT_CHECKED;
    }
  }

  static int verify(Connection connection, Map<Long, String> anchors, PrintStream out)
      throws SQLException {
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    connection.setAutoCommit(false);
    AuditHead head = AuditTable.head(connection, false);
    Verification verification = new Verification(head, anchors);
    long number = Long.MIN_VALUE;
    List<AuditEntry> page;
    do {
      page = AuditTable.after(connection, number, PAGE);
      page.forEach(verification::accept);
      number = page.isEmpty() ? number : page.get(page.size() - 1).number();
    } while (page.size() == PAGE);
    connection.rollback();
    return report(head, verification, out);
  }

  private static int report(AuditHead head, Verification verification, PrintStream out) {
    List<Verification.Fault> faults = verification.end();
    faults.forEach(out::println);
    out.println(
        (faults.isEmpty() ? "intact: " : "BROKEN: ")
            + verification.entries()
            + " entries, "
            + verification.erased()
            + " of them erased, "
            + head.removed()
            + " removed by retention; anchor "
            + head.last()
            + ":"
            + head.lastHash());
    return faults.isEmpty() ? INTACT : BROKEN;
  }

  private static Map<Long, String> anchors(String[] arguments) {
    Map<Long, String> anchors = new HashMap<>();
    for (int i = 1; i < arguments.length; i++) {
      String[] parts = arguments[i].split(":", -1);
      if (parts.length != 2
          || !parts[0].matches("\\d{1,18}")
          || !parts[1].matches("[0-9a-f]{64}")) {
        throw new IllegalArgumentException("no anchor (number:hash): " + arguments[i]);
      }
      anchors.put(Long.parseLong(parts[0]), parts[1]);
    }
    return anchors;
  }
}
