package dev.parley.platform;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * Where the database is.
 *
 * @param driverProperties what the driver is told beside the URL, unless the URL says otherwise
 * @param session statements with which each connection begins
 */
record DatabaseAddress(
    Kind kind,
    String url,
    String user,
    String password,
    Map<String, String> driverProperties,
    List<String> session) {
  private static final Duration SHORTEST_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(5);

  /** The databases that Parley stores its log in. */
  enum Kind {
    H2,
    POSTGRESQL
  }

  /**
   * What the configuration says. The class loader is named because the pool may ask in the server's
   * prepare phase, in which Payara has no context class loader.
   */
  static DatabaseAddress configured() {
    return of(ConfigProvider.getConfig(DatabaseAddress.class.getClassLoader()));
  }

  static DatabaseAddress of(Config config) {
    String url = text(config, "parley.database.url", embedded(config));
    Kind kind = kind(url);
    Duration timeout = timeout(config);
    return new DatabaseAddress(
        kind,
        url,
        text(config, "parley.database.user", "parley"),
        text(config, "parley.database.password", ""),
        properties(kind, timeout),
        session(kind, timeout));
  }

  /** The same for work that may take long, such as a change of the schema. */
  DatabaseAddress withoutTimeout() {
    Map<String, String> patient =
        switch (kind) {
          case H2 -> driverProperties;
          case POSTGRESQL -> properties(kind, Duration.ZERO);
        };
    return new DatabaseAddress(kind, url, user, password, patient, List.of());
  }

  private static Duration timeout(Config config) {
    String key = "parley.database.timeout";
    String value = text(config, key, "PT3S");
    try {
      Duration timeout = Duration.parse(value);
      if (timeout.compareTo(SHORTEST_TIMEOUT) >= 0 && timeout.compareTo(LONGEST_TIMEOUT) <= 0) {
        return timeout;
      }
    } catch (DateTimeParseException e) {
      throw StartFailure.noted(
          new IllegalArgumentException(key + " must be a duration such as PT3S", e));
    }
    throw StartFailure.noted(
        new IllegalArgumentException(
            key
                + " must be from "
                + SHORTEST_TIMEOUT
                + " to "
                + LONGEST_TIMEOUT
                + ", but is "
                + value));
  }

  /**
   * The embedded database. WRITE_DELAY=0 makes a commit reach the file before it returns; H2's
   * default of 500 ms would lose acknowledged messages with the process. LOCK_TIMEOUT is the time
   * that one append may wait for another's commit; the default of two seconds is soon over on a
   * busy disk.
   */
  private static String embedded(Config config) {
    String folder = text(config, "parley.data.dir", "data");
    return "jdbc:h2:file:"
        + java.nio.file.Path.of(folder).toAbsolutePath().resolve("parley")
        + ";WRITE_DELAY=0;LOCK_TIMEOUT=10000;DB_CLOSE_ON_EXIT=FALSE";
  }

  private static Kind kind(String url) {
    if (url.startsWith("jdbc:h2:")) {
      return Kind.H2;
    }
    if (url.startsWith("jdbc:postgresql:")) {
      return Kind.POSTGRESQL;
    }
    throw new IllegalArgumentException(
        "parley.database.url must begin with jdbc:postgresql: or jdbc:h2:");
  }

  /**
   * What the driver is told. A database that does not answer frees its thread after the timeout;
   * zero is no timeout, and the driver knows whole seconds only.
   */
  private static Map<String, String> properties(Kind kind, Duration timeout) {
    String seconds = Long.toString(timeout.plusMillis(999).toSeconds());
    return switch (kind) {
      case H2 -> Map.of();
      // Batches leave as one statement.
      case POSTGRESQL ->
          Map.of(
              "reWriteBatchedInserts", "true",
              "ApplicationName", "parley",
              "connectTimeout", "3",
              "loginTimeout", seconds,
              "socketTimeout", seconds,
              "tcpKeepAlive", "true");
    };
  }

  /**
   * What the database is told. A node that is frozen within a transaction holds the rows of its
   * channels, and nobody could publish there: the database ends such a transaction, and who waits
   * for a row gives up before the driver drops the connection.
   */
  private static List<String> session(Kind kind, Duration timeout) {
    return switch (kind) {
      case H2 -> List.of();
      case POSTGRESQL ->
          List.of(
              "set idle_in_transaction_session_timeout = " + timeout.toMillis(),
              "set lock_timeout = " + timeout.toMillis() * 9 / 10);
    };
  }

  private static String text(Config config, String key, String absent) {
    return config.getOptionalValue(key, String.class).orElse(absent);
  }

  @Override
  public String toString() {
    // The URL may hold a password in its query.
    int query = url.indexOf('?');
    return kind + " at " + (query < 0 ? url : url.substring(0, query));
  }
}
