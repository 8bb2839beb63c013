package dev.parley.platform;

import jakarta.transaction.TransactionManager;
import jakarta.transaction.UserTransaction;
import java.util.List;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.hibernate.engine.transaction.jta.platform.internal.AbstractJtaPlatform;

/**
 * Finds the server's transaction manager for Hibernate. Each server keeps it under a name of its
 * own; Hibernate ships lookups for some of them, but guesses the wrong one on Payara.
 */
// The names are constants: nothing from outside ever reaches the look-up.
@SuppressWarnings("BanJNDI")
public class ServerJtaPlatform extends AbstractJtaPlatform {
  private static final long serialVersionUID = 1L;

  /** Payara and GlassFish, WildFly, Open Liberty's and the older common name. */
  private static final List<String> NAMES =
      List.of(
          "java:appserver/TransactionManager",
          "java:jboss/TransactionManager",
          "java:comp/TransactionManager",
          "java:/TransactionManager");

  @Override
  protected TransactionManager locateTransactionManager() {
    for (String name : NAMES) {
      try {
        return (TransactionManager) new InitialContext().lookup(name);
      } catch (NamingException e) {
        // Not this server's name: the next one.
      }
    }
    throw new IllegalStateException("no transaction manager under any of " + NAMES);
  }

  @Override
  protected UserTransaction locateUserTransaction() {
    try {
      return (UserTransaction) new InitialContext().lookup("java:comp/UserTransaction");
    } catch (NamingException e) {
      throw new IllegalStateException("no java:comp/UserTransaction", e);
    }
  }
}
