package dev.parley.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/**
 * A real PostgreSQL with an empty database {@code parley}, as a process of its own on a free port.
 *
 * <p>Guarantees: ready when {@link #start()} returns, gone with its data after {@link #close()} or
 * at the latest with this Java virtual machine. Threads: any.
 */
public final class PostgresProcess implements AutoCloseable {

  private static final String DATABASE = "parley";
  private static final String USER = "postgres";

  /** PostgreSQL trusts local connections; the password only has to be there. */
  private static final String PASSWORD = "postgres";

  private final EmbeddedPostgres postgres;

  private PostgresProcess(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  /** Starts PostgreSQL and creates the database. Takes about 6 seconds. */
  public static PostgresProcess start() {
    try {
      EmbeddedPostgres postgres = EmbeddedPostgres.builder().setPort(FreePorts.next()).start();
      PostgresProcess process = new PostgresProcess(postgres);
      process.createDatabase(DATABASE);
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Creates one more empty database on this server. */
  public void createDatabase(String name) {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    } catch (SQLException e) {
      throw new IllegalStateException("Cannot create the database " + name, e);
    }
  }

  public String url() {
    return url(DATABASE);
  }

  public String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/" + database;
  }

  /** The configuration with which Parley uses this database. */
  public Map<String, String> properties() {
    return Map.of(
        "parley.database.url", url(),
        "parley.database.user", USER,
        "parley.database.password", PASSWORD);
  }

  @Override
  public void close() {
    try {
      postgres.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
