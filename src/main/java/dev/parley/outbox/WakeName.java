package dev.parley.outbox;

import jakarta.enterprise.context.ApplicationScoped;
import java.lang.System.Logger.Level;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/**
 * Leaves what wakes the relay where applications in the same server find it: a {@link Runnable},
 * which is the same class for all of them. Not every server lets applications bind names; then the
 * relay looks by itself.
 */
// The names are the operator's, or fixed: no input reaches them.
@SuppressWarnings("BanJNDI")
@ApplicationScoped
class WakeName {
  private static final System.Logger LOG = System.getLogger(WakeName.class.getName());

  /** As the publisher's jar has it. */
  private static final String NAME = "parley-outbox";

  void bind(Runnable wake) {
    try {
      new InitialContext().rebind(NAME, wake);
    } catch (NamingException | RuntimeException e) {
      LOG.log(
          Level.INFO,
          "Applications cannot wake the outbox, which looks by itself: {0}",
          e.toString());
    }
  }

  /** So that no application wakes one that has gone. */
  void unbind() {
    try {
      new InitialContext().unbind(NAME);
    } catch (NamingException | RuntimeException e) {
      LOG.log(Level.DEBUG, "There is no name to take back: {0}", e.toString());
    }
  }
}
