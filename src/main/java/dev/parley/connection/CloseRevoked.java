package dev.parley.connection;

import dev.parley.protocol.CloseCode;
import dev.parley.security.AccessRevoked;
import dev.parley.security.Caller;
import dev.parley.security.Revocations;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * Ends the connections of those who may not be connected any more, with 4004. A few look-ups for
 * each connection; never blocks.
 */
@ApplicationScoped
class CloseRevoked {
  private static final System.Logger LOG = System.getLogger(CloseRevoked.class.getName());

  @Inject Connections connections;
  @Inject Revocations revocations;

  void revoked(@Observes AccessRevoked revoked) {
    int closed = 0;
    for (Connection connection : connections.all()) {
      if (revocations.isBlocked(connection.address()) || isRefused(connection.caller(), revoked)) {
        connection.close(CloseCode.DISCONNECTED);
        closed++;
      }
    }
    if (closed > 0) {
      LOG.log(Level.INFO, "{0} connections were revoked", closed);
    }
  }

  private boolean isRefused(@Nullable Caller caller, AccessRevoked revoked) {
    return caller != null && (revoked.disconnects(caller) || revocations.isRefused(caller));
  }
}
