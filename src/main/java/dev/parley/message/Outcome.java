package dev.parley.message;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ServerFrame.Published;
import org.jspecify.annotations.Nullable;

/**
 * What became of one append: exactly one of the two is there. Public because the server's proxies
 * of {@link MessageLog} live in another class loader and could not return it otherwise.
 */
public record Outcome(@Nullable Published published, @Nullable CommandRejected rejected) {
  static Outcome of(Published published) {
    return new Outcome(published, null);
  }

  static Outcome of(CommandRejected rejected) {
    return new Outcome(null, rejected);
  }
}
