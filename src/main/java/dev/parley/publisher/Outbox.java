package dev.parley.publisher;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/**
 * Records calls in the application's own database, in the transaction that is under way. Parley
 * takes them from there after the commit, and is woken when it runs in the same server. Any thread.
 */
// The names are the operator's, or fixed: no input reaches them.
@SuppressWarnings("BanJNDI")
@ApplicationScoped
class Outbox {
  /** Where Parley leaves what wakes it, when it runs in the same server. */
  static final String WAKE = "parley-outbox";

  private static final String REGISTRY = "java:comp/TransactionSynchronizationRegistry";

  /** Marks a transaction whose end Parley is told already. */
  private static final Object TOLD = new Object();

  private static final String INSERT =
      "insert into parley_outbox (request_key, channel, body) values (?, ?, ?)";

  @Inject PublisherSettings settings;

  /** Whether a call would be part of a transaction. */
  boolean isInTransaction() {
    if (settings.dataSource().isEmpty()) {
      return false;
    }
    try {
      return registry().getTransactionStatus() == Status.STATUS_ACTIVE;
    } catch (NamingException e) {
      return false;
    }
  }

  /**
   * Records the call, in the transaction if there is one.
   *
   * @throws PublishFailed when the table could not be written
   */
  void record(Request request) {
    try {
      insert(request);
      if (isInTransaction()) {
        wakeAfterCommit(registry());
      } else {
        wake();
      }
    } catch (SQLException | NamingException e) {
      throw new PublishFailed("the outbox could not be written: " + e.getMessage(), e);
    }
  }

  private void insert(Request request) throws SQLException, NamingException {
    DataSource dataSource = InitialContext.doLookup(settings.dataSource().orElseThrow());
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(INSERT)) {
      statement.setString(1, UUID.randomUUID().toString());
      statement.setString(2, request.channel());
      statement.setString(3, request.body());
      statement.executeUpdate();
    }
  }

  private static TransactionSynchronizationRegistry registry() throws NamingException {
    return InitialContext.doLookup(REGISTRY);
  }

  private static void wakeAfterCommit(TransactionSynchronizationRegistry registry) {
    if (registry.getResource(TOLD) != null) {
      return;
    }
    registry.putResource(TOLD, TOLD);
    registry.registerInterposedSynchronization(
        new Synchronization() {
          @Override
          public void beforeCompletion() {
            // There is nothing to do before.
          }

          @Override
          public void afterCompletion(int status) {
            if (status == Status.STATUS_COMMITTED) {
              wake();
            }
          }
        });
  }

  private static void wake() {
    try {
      Runnable parley = InitialContext.doLookup(WAKE);
      parley.run();
    } catch (NamingException | RuntimeException e) {
      // Parley runs elsewhere, or not now: it looks by itself.
      System.getLogger(Outbox.class.getName())
          .log(System.Logger.Level.TRACE, "Parley is not woken: {0}", e.toString());
    }
  }
}
