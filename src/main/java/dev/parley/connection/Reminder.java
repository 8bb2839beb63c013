package dev.parley.connection;

import dev.parley.message.ConfirmMessage;
import dev.parley.protocol.ServerFrame.Unconfirmed;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;

/**
 * Presents again, on each new connection, what its person was asked to confirm and has not. A poll
 * is not reminded: it is too short, and asks for itself. Any thread; never blocks.
 */
@ApplicationScoped
class Reminder {
  private static final System.Logger LOG = System.getLogger(Reminder.class.getName());

  @Inject ConfirmMessage confirm;

  void remind(Connection connection, Caller caller) {
    if (!connection.wire().hearsPushes()) {
      return;
    }
    CompletableFuture<?> unused =
        confirm
            .unconfirmedLater(caller)
            .whenComplete(
                (messages, failure) -> {
                  if (messages == null) {
                    // The next connection is reminded, and whoever asks is told.
                    LOG.log(Level.DEBUG, "Nobody is reminded now: {0}", String.valueOf(failure));
                  } else if (!messages.isEmpty()) {
                    connection.push("unconfirmed", new Unconfirmed(messages));
                  }
                });
  }
}
