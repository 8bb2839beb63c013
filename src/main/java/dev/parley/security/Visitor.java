package dev.parley.security;

import java.security.Principal;
import org.jspecify.annotations.Nullable;

/**
 * Whoever stands at the door of a WebSocket, known or not: the handshake's principal is the one
 * thing that every server hands on to the session.
 */
public interface Visitor extends Principal {
  /** From where. */
  ClientAddress address();

  /** The address of a session's principal. */
  static ClientAddress addressOf(@Nullable Principal principal) {
    return principal instanceof Visitor visitor ? visitor.address() : ClientAddress.UNKNOWN;
  }
}
