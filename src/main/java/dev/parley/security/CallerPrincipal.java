package dev.parley.security;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import java.security.Principal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A caller as the container hands it on: the handshake filter wraps the request, and what its
 * {@code getUserPrincipal} answers becomes the principal of the WebSocket session and of the
 * resource's security context.
 */
public record CallerPrincipal(Caller caller, ClientAddress address) implements Visitor {
  @Override
  public String getName() {
    return caller.user().value();
  }

  /** What is the same for all requests of this person, and of nobody else. */
  Object identity() {
    return List.of(caller.org(), caller.user());
  }

  /**
   * The caller behind a principal of the container.
   *
   * @throws CommandRejected with {@code unauthorized} when there is none, or as a {@link
   *     RefusedPrincipal} says
   */
  public static Caller of(@Nullable Principal principal) {
    if (principal instanceof CallerPrincipal known) {
      return known.caller;
    }
    if (principal instanceof RefusedPrincipal refused) {
      throw refused.reason();
    }
    throw new CommandRejected(ErrorCode.UNAUTHORIZED, "a credential is needed");
  }
}
