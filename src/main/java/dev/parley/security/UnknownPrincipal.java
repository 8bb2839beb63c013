package dev.parley.security;

/** A WebSocket handshake without a credential, which may still come in the first frame. */
public record UnknownPrincipal(ClientAddress address) implements Visitor {
  /** There is no name: nobody is known. */
  @Override
  public String getName() {
    return "";
  }
}
