package dev.parley.message;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.UserRef;

/**
 * How far a person has come in a channel. Public for the reason given at {@link Outcome}.
 *
 * @param delivered everything up to it was received; 0 for nothing new
 * @param read everything up to it was seen; 0 for nothing new
 */
public record Advance(ChannelKey channel, UserRef user, long delivered, long read) {
  /** Whose watermarks these are. */
  record Key(ChannelKey channel, String user) {}

  Key key() {
    return new Key(channel, user.id());
  }

  /** Both together: watermarks are cumulative, so the farther ones hold. */
  Advance and(Advance other) {
    return new Advance(
        channel,
        user,
        Math.max(delivered, other.delivered),
        Math.max(read, other.read));
  }
}
