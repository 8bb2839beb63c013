package dev.parley.examples.orders;

import static java.util.Objects.requireNonNull;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.annotation.sql.DataSourceDefinition;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * The application's database, with the outbox beside the orders. An application with Liquibase
 * would include the changelog {@code dev/parley/publisher/outbox.xml} instead of running the
 * script.
 */
@DataSourceDefinition(
    name = "java:global/jdbc/orders",
    className = "org.h2.jdbcx.JdbcDataSource",
    url = "${MPCONFIG=orders.database.url}",
    user = "orders",
    password = "orders")
@Singleton
@Startup
public class OrdersDatabase {
  private static final String OUTBOX = "/dev/parley/publisher/outbox.sql";

  @Resource(lookup = "java:global/jdbc/orders")
  DataSource dataSource;

  @PostConstruct
  void create() {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        InputStream outbox = requireNonNull(OrdersDatabase.class.getResourceAsStream(OUTBOX))) {
      statement.execute(
          "create table if not exists orders (id varchar(64) primary key, customer varchar(255) not"
              + " null, state varchar(16) not null)");
      String script = new String(outbox.readAllBytes(), StandardCharsets.UTF_8);
      for (String command : script.replaceAll("--.*", "").split(";", -1)) {
        if (!command.isBlank()) {
          statement.execute(command);
        }
      }
    } catch (SQLException | IOException e) {
      throw new IllegalStateException("the database of the orders cannot be made ready", e);
    }
  }
}
