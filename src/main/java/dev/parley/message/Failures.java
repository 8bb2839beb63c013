package dev.parley.message;

import dev.parley.platform.Ids;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.SystemException;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.concurrent.RejectedExecutionException;
import javax.transaction.xa.XAException;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a command runs into, into its answer: a rejection is itself, a database out of reach
 * is {@code unavailable}, and everything else {@code internal} with an id under which the server's
 * log has the whole story. Any thread.
 */
@ApplicationScoped
public class Failures {
  private static final System.Logger LOG = System.getLogger(Failures.class.getName());

  /**
   * What a server's pool and its transaction manager throw when they have no usable connection. By
   * name, because a server of the web profile does not have the classes.
   */
  private static final String CONNECTORS = "jakarta.resource.";

  @Inject Ids ids;

  /** The answer to a command that has failed like this. */
  public CommandRejected toRejection(@Nullable Throwable failure) {
    CommandRejected rejected = rejection(failure);
    if (rejected != null) {
      return rejected;
    }
    if (isOutOfReach(failure)) {
      LOG.log(Level.WARNING, "The database is out of reach: {0}", String.valueOf(failure));
      return CommandRejected.unavailable("the database is out of reach", failure);
    }
    String id = ids.random(6);
    LOG.log(Level.ERROR, "Error " + id, failure);
    return new CommandRejected(ErrorCode.INTERNAL, "internal error " + id, 0, failure);
  }

  /**
   * The answer to a publish whose commit was under way when the database fell silent. It is not
   * {@code unavailable}, which promises that nothing was stored.
   */
  CommandRejected inDoubt(Throwable failure) {
    String id = ids.random(6);
    LOG.log(Level.WARNING, "Error {0}: a commit was not answered: {1}", id, failure.toString());
    String text = "it is not known whether this was stored, repeat it under its key: error " + id;
    return new CommandRejected(ErrorCode.INTERNAL, text, 1000, failure);
  }

  /** The rejection inside the wrappers that executors and containers put around it. */
  private static @Nullable CommandRejected rejection(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CommandRejected rejected) {
        return rejected;
      }
      if (cause instanceof RejectedExecutionException) {
        return CommandRejected.unavailable("too much is waiting already", cause);
      }
    }
    return null;
  }

  /** Whether the failure is that the database does not answer, refuses, or is overloaded. */
  boolean isOutOfReach(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLTransientException
          || cause instanceof SQLRecoverableException
          || cause instanceof SQLNonTransientConnectionException
          || cause instanceof XAException
          || cause instanceof SystemException
          || cause.getClass().getName().startsWith(CONNECTORS)
          || (cause instanceof SQLException sql && isConnectionState(sql.getSQLState()))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Class 08: connection exception; 53: insufficient resources; 57: operator intervention; 40:
   * transaction rollback, as for a deadlock; 55P03: a row was locked for too long; 25P03: a
   * transaction was idle for too long.
   */
  private static boolean isConnectionState(@Nullable String state) {
    return state != null
        && (state.startsWith("08")
            || state.startsWith("53")
            || state.startsWith("57")
            || state.startsWith("40")
            || state.equals("55P03")
            || state.equals("25P03"));
  }
}
