package dev.parley.platform;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections to the database that the configuration names: the embedded H2 file by default,
 * PostgreSQL by {@code parley.database.url}. The server's pool calls it, so that one WAR with one
 * data source definition serves both. Any thread.
 *
 * <p>The drivers are named directly, not found by {@code DriverManager}, which sees only the
 * server's own class path.
 */
public class ParleyDataSource implements DataSource {
  private final DatabaseAddress address;
  private int loginTimeout;

  /** For the server's pool. */
  public ParleyDataSource() {
    this(DatabaseAddress.configured());
  }

  private ParleyDataSource(DatabaseAddress address) {
    this.address = address;
  }

  /** One for work that may take long, such as a change of the schema. */
  static ParleyDataSource withoutTimeout() {
    return new ParleyDataSource(DatabaseAddress.configured().withoutTimeout());
  }

  @Override
  public Connection getConnection() throws SQLException {
    return getConnection(address.user(), address.password());
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    Properties properties = new Properties();
    properties.putAll(address.driverProperties());
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    try {
      Connection connection = driver().connect(address.url(), properties);
      if (connection == null) {
        throw new SQLException("it is not a URL of a supported database");
      }
      begin(connection);
      return connection;
    } catch (SQLException e) {
      // Hibernate asks first, before any bean, and would complain about its dialect.
      StartFailure.note("the database of parley.database.url cannot be opened: " + e.getMessage());
      throw e;
    }
  }

  private void begin(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String one : address.session()) {
        statement.execute(one);
      }
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private Driver driver() {
    return switch (address.kind()) {
      case H2 -> new org.h2.Driver();
      case POSTGRESQL -> new org.postgresql.Driver();
    };
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) {
    // The drivers log through java.util.logging.
  }

  @Override
  public void setLoginTimeout(int seconds) {
    loginTimeout = seconds;
  }

  @Override
  public int getLoginTimeout() {
    return loginTimeout;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    if (!type.isInstance(this)) {
      throw new SQLException("not a wrapper of " + type);
    }
    return type.cast(this);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return type.isInstance(this);
  }
}
