package dev.parley.security;

import java.security.Principal;

/**
 * A caller as the container hands it on: the handshake filter wraps the request, and what its
 * {@code getUserPrincipal} answers becomes the principal of the WebSocket session and of the
 * resource's security context.
 */
public record CallerPrincipal(Caller caller) implements Principal {
  @Override
  public String getName() {
    return caller.user().value();
  }
}
