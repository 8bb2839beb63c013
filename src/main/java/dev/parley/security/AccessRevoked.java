package dev.parley.security;

import dev.parley.security.Revocation.Kind;
import java.util.Set;

/**
 * Fired as a CDI event on every node when {@link Revocations} know something new: whoever is
 * connected has to be held against them again. Observers must not block.
 */
public final class AccessRevoked {
  private final Set<RevocationKey> disconnected;

  AccessRevoked(Set<RevocationKey> disconnected) {
    this.disconnected = Set.copyOf(disconnected);
  }

  /** Whether the user's connections of this moment are to end, whatever their tokens say. */
  public boolean disconnects(Caller caller) {
    return !disconnected.isEmpty()
        && disconnected.contains(
            RevocationKey.of(Kind.DISCONNECT, caller.org(), caller.user().value()));
  }
}
