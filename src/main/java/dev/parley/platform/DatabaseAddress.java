package dev.parley.platform;

import java.util.Map;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * Where the database is.
 *
 * @param driverProperties what the driver is told beside the URL, unless the URL says otherwise
 */
record DatabaseAddress(
    Kind kind, String url, String user, String password, Map<String, String> driverProperties) {
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
    return new DatabaseAddress(
        kind,
        url,
        text(config, "parley.database.user", "parley"),
        text(config, "parley.database.password", ""),
        properties(kind));
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

  private static Map<String, String> properties(Kind kind) {
    return switch (kind) {
      case H2 -> Map.of();
      // Batches leave as one statement; a database that does not answer frees its thread.
      case POSTGRESQL ->
          Map.of(
              "reWriteBatchedInserts", "true",
              "ApplicationName", "parley",
              "connectTimeout", "3",
              "socketTimeout", "30",
              "tcpKeepAlive", "true");
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
