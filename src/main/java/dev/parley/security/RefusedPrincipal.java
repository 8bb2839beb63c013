package dev.parley.security;

import dev.parley.protocol.CommandRejected;

/**
 * A WebSocket handshake whose credential is not valid. A browser cannot see the status of a
 * handshake, so the connection is opened all the same, and the endpoint closes it with a code that
 * the page can read.
 */
public record RefusedPrincipal(CommandRejected reason, ClientAddress address) implements Visitor {
  /** The code of the refusal. There is no name: nobody is known. */
  @Override
  public String getName() {
    return reason.code().code();
  }
}
