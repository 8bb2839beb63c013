package dev.parley.outbox;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Properties;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/** Opens connections to the application's database, outside of any transaction of the server. */
// The names are the operator's, or fixed: no input reaches them.
@SuppressWarnings("BanJNDI")
@ApplicationScoped
class OutboxConnections {
  @Inject OutboxSettings settings;

  /** A connection without auto-commit. */
  Connection open() throws SQLException {
    Connection connection =
        settings.dataSource.isPresent() ? byName(settings.dataSource.get()) : byAddress();
    connection.setAutoCommit(false);
    return connection;
  }

  private static Connection byName(String name) throws SQLException {
    try {
      DataSource dataSource = InitialContext.doLookup(name);
      return dataSource.getConnection();
    } catch (NamingException e) {
      throw new SQLException("there is no data source " + name, e);
    }
  }

  private Connection byAddress() throws SQLException {
    String url = settings.url.orElseThrow();
    Properties properties = new Properties();
    properties.setProperty("user", settings.user);
    settings.password.ifPresent(password -> properties.setProperty("password", password));
    Connection connection = driver(url).connect(url, properties);
    if (connection == null) {
      throw new SQLException("parley.outbox.url is not a URL of a supported database");
    }
    return connection;
  }

  /** Named directly, because {@code DriverManager} sees only the server's own class path. */
  private static Driver driver(String url) {
    return url.startsWith("jdbc:h2:") ? new org.h2.Driver() : new org.postgresql.Driver();
  }
}
