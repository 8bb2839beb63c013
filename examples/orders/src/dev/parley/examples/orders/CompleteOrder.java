package dev.parley.examples.orders;

import dev.parley.publisher.Notifier;
import dev.parley.publisher.Publisher;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Completes an order: its state, the customer's notification and the dashboard's message are one
 * transaction.
 */
@ApplicationScoped
public class CompleteOrder {
  @Inject Notifier notifier;
  @Inject Publisher publisher;

  @Resource(lookup = "java:global/jdbc/orders")
  DataSource dataSource;

  /** Completes it; {@code fails} shows what a late failure leaves behind: nothing. */
  @Transactional
  public void handle(String id, String customer, boolean fails) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "insert into orders (id, customer, state) values (?, ?, 'completed')")) {
      insert.setString(1, id);
      insert.setString(2, customer);
      insert.executeUpdate();
    }
    notifier.notify(List.of(customer), "order-completed", Map.of("order", id));
    publisher.publish("topic:dashboard", "order-completed", Map.of("order", id));
    if (fails) {
      throw new IllegalStateException("the payment was refused");
    }
  }
}
