package dev.parley.security;

import dev.parley.protocol.CommandRejected;

/**
 * Verifies tokens that do not come as a bearer header: first frames, refreshes, subprotocols and
 * query parameters. Keys, issuer, audiences and ages are those of {@code mp.jwt.*}, so every door
 * accepts the same tokens. Any thread; may block while keys are read.
 */
public interface TokenVerifier {
  /**
   * The caller that the token stands for.
   *
   * @throws CommandRejected with {@code unauthorized} or {@code token_expired}; the message never
   *     holds the token
   */
  Caller verify(String token);
}
