package dev.parley.message;

import dev.parley.platform.Ids;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import org.jspecify.annotations.Nullable;

/**
 * Turns what the database throws into an answer: out of reach is {@code unavailable}, everything
 * else {@code internal} with an id under which the log has the whole story.
 */
@ApplicationScoped
class AppendFailures {
  private static final System.Logger LOG = System.getLogger(AppendFailures.class.getName());

  @Inject Ids ids;

  CommandRejected toRejection(Throwable failure) {
    if (failure instanceof CommandRejected rejected) {
      return rejected;
    }
    if (isOutOfReach(failure)) {
      LOG.log(Level.WARNING, "The database is out of reach: {0}", failure.toString());
      return CommandRejected.unavailable("the database is out of reach", failure);
    }
    String id = ids.random(6);
    LOG.log(Level.ERROR, "A message could not be stored, error " + id, failure);
    return new CommandRejected(
        ErrorCode.INTERNAL, "the message could not be stored, error " + id, 0, failure);
  }

  private static boolean isOutOfReach(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLTransientException
          || cause instanceof SQLRecoverableException
          || cause instanceof SQLNonTransientConnectionException
          || (cause instanceof SQLException sql && isConnectionState(sql.getSQLState()))) {
        return true;
      }
    }
    return false;
  }

  /** Class 08: connection exception; 53: insufficient resources; 57: operator intervention. */
  private static boolean isConnectionState(@Nullable String state) {
    return state != null
        && (state.startsWith("08") || state.startsWith("53") || state.startsWith("57"));
  }
}
