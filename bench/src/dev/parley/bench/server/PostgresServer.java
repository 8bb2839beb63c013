package dev.parley.bench.server;

import dev.parley.bench.measure.Cpu;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** A real PostgreSQL that waits for the disk at each commit. */
public final class PostgresServer implements Measured {
  private final EmbeddedPostgres postgres;
  private final Path data;
  private final long pid;

  private PostgresServer(EmbeddedPostgres postgres, Path data, long pid) {
    this.postgres = postgres;
    this.data = data;
    this.pid = pid;
  }

  /** Starts it, empty, as the only one. */
  public static PostgresServer start() {
    return start("postgresql");
  }

  /**
   * Starts it, empty.
   *
   * @param name of its folder, different for each of those that run at the same time
   */
  public static PostgresServer start(String name) {
    return start(name, Map.of());
  }

  /** The same with settings of its own. */
  static PostgresServer start(String name, Map<String, String> config) {
    Path folder = Build.RUN.resolve(name).toAbsolutePath();
    Build.remove(folder);
    try {
      Files.createDirectories(folder);
      // What is embedded is meant for tests and switches both off.
      EmbeddedPostgres.Builder builder =
          EmbeddedPostgres.builder()
              .setDataDirectory(folder.resolve("data"))
              .setCleanDataDirectory(false)
              .setServerConfig("fsync", "on")
              .setServerConfig("synchronous_commit", "on");
      config.forEach(builder::setServerConfig);
      EmbeddedPostgres postgres = builder.start();
      String first = Files.readAllLines(folder.resolve("data/postmaster.pid")).get(0);
      PostgresServer server =
          new PostgresServer(postgres, folder.resolve("data"), Long.parseLong(first.trim()));
      server.require("fsync", "on");
      server.require("synchronous_commit", "on");
      server.require("full_page_writes", "on");
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void require(String setting, String value) {
    String found = query("show " + setting);
    if (!found.equals(value)) {
      close();
      throw new IllegalStateException(setting + " is " + found + " and not " + value);
    }
  }

  /** The first column of the first row. */
  public String query(String sql) {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Makes a database, and says its address. */
  public String database(String name) {
    execute("create database " + name);
    return address(name);
  }

  /** Carries out a statement, as who may do everything. */
  void execute(String sql) {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Its folder. */
  Path data() {
    return data;
  }

  /** The address of a database that is there. */
  public String address(String name) {
    return "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/" + name;
  }

  /** What a server is told to use that database. */
  public Map<String, String> settings(String database) {
    return Map.of(
        "parley.database.url", database(database),
        "parley.database.user", "postgres",
        "parley.database.password", "postgres");
  }

  @Override
  public double cpu() {
    return Cpu.ofTree(pid);
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
