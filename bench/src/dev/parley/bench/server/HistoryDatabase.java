package dev.parley.bench.server;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A database that outlives the Parley on it, and can be written to when that is gone. */
public final class HistoryDatabase implements AutoCloseable {
  private static final Path H2 = Build.RUN.resolve("history-h2-data").toAbsolutePath();

  private final Map<String, String> settings;
  private final String url;
  private final String analyze;
  private final @Nullable PostgresServer postgres;

  private HistoryDatabase(
      Map<String, String> settings, String url, String analyze, @Nullable PostgresServer postgres) {
    this.settings = settings;
    this.url = url;
    this.analyze = analyze;
    this.postgres = postgres;
  }

  /**
   * An empty one.
   *
   * @param kind {@code postgresql} or {@code h2}
   * @throws IllegalArgumentException for any other
   */
  public static HistoryDatabase start(String kind) {
    return switch (kind) {
      case "postgresql" -> onPostgres();
      case "h2" -> onH2();
      default -> throw new IllegalArgumentException("no such database: " + kind);
    };
  }

  private static HistoryDatabase onPostgres() {
    PostgresServer postgres = PostgresServer.start("postgresql-history", PlanLog.CONFIG);
    String user = "?user=postgres&password=postgres&reWriteBatchedInserts=true";
    return new HistoryDatabase(
        postgres.settings("history"),
        postgres.address("history") + user,
        "vacuum analyze",
        postgres);
  }

  private static HistoryDatabase onH2() {
    Build.remove(H2);
    // As the product's default has it, but not in a folder that each start empties.
    String url =
        "jdbc:h2:file:"
            + H2.resolve("parley")
            + ";WRITE_DELAY=0;LOCK_TIMEOUT=10000;DB_CLOSE_ON_EXIT=FALSE";
    Map<String, String> settings =
        Map.of(
            "parley.database.url", url,
            "parley.database.user", "sa",
            "parley.database.password", "bench");
    return new HistoryDatabase(settings, url + ";USER=sa;PASSWORD=bench", "analyze", null);
  }

  /** What a Parley is told to use it. */
  public Map<String, String> settings() {
    return settings;
  }

  /** For JDBC, with user and password. An H2 can only be opened when no Parley has it open. */
  public String url() {
    return url;
  }

  /** Counts what is in it, as the database does by itself some time after a large change. */
  public void analyze() throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(analyze);
    }
  }

  /** How statements are carried out; null where that is not known. */
  public @Nullable PlanLog plans() {
    return postgres == null ? null : new PlanLog(postgres);
  }

  @Override
  public void close() {
    if (postgres != null) {
      postgres.close();
    }
  }
}
