package dev.parley.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

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

  private static final long CONTROL_S = 120;

  private final EmbeddedPostgres postgres;
  private final Path data;

  private PostgresProcess(EmbeddedPostgres postgres, Path data) {
    this.postgres = postgres;
    this.data = data;
  }

  /**
   * Starts PostgreSQL and creates the database. Takes about 6 seconds. It keeps what it has
   * acknowledged, as one does that is installed anywhere.
   */
  public static PostgresProcess start() {
    return start("on", "on");
  }

  /** The same with other settings than everybody has. */
  public static PostgresProcess start(String fsync, String synchronousCommit) {
    return start(
        EmbeddedPostgres.builder()
            .setServerConfig("fsync", fsync)
            .setServerConfig("synchronous_commit", synchronousCommit));
  }

  private static PostgresProcess start(EmbeddedPostgres.Builder builder) {
    try {
      Path all = Files.createDirectories(BuildOutput.target().resolve("postgresql"));
      File data = Files.createTempDirectory(all, "data-").toFile();
      EmbeddedPostgres postgres = builder.setDataDirectory(data).setPort(FreePorts.next()).start();
      PostgresProcess process = new PostgresProcess(postgres, data.toPath());
      process.createDatabase(DATABASE);
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends all of its processes at once, without writing anything more, as a crash does. */
  public void crash() {
    control("-m", "immediate", "stop");
  }

  /** Starts it again after {@link #crash}, on the same port, with what it had stored. */
  public void startAgain() {
    // This form takes the options of the last start.
    control("-w", "-l", data.resolveSibling(data.getFileName() + ".log").toString(), "restart");
  }

  private void control(String... arguments) {
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      // PostgreSQL refuses to run as root, also where nobody else is there, as in a container.
      command.addAll(List.of("unshare", "-U"));
    }
    command.addAll(List.of(program().toString(), "-D", data.toString()));
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(CONTROL_S, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException("failed: " + command);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted during " + command, e);
    }
  }

  /** The program beside the server's own, whose path is the first of its options. */
  private Path program() {
    try {
      String server = Files.readString(data.resolve("postmaster.opts")).split(" ", 2)[0];
      return Path.of(server).resolveSibling("pg_ctl");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A connection of the test's own. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), USER, PASSWORD);
  }

  public int port() {
    return postgres.getPort();
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
    return url(postgres.getPort(), database);
  }

  private static String url(int port, String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  /** The configuration with which Parley uses this database. */
  public Map<String, String> properties() {
    return properties(postgres.getPort());
  }

  /** The same through something that stands before it at another port. */
  public Map<String, String> properties(int port) {
    return Map.of(
        "parley.database.url", url(port, DATABASE),
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
