package dev.parley.message;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.UserRef;

/**
 * How far a person has come in a channel. Public for the reason given at {@link Outcome}.
 *
 * @param name under which the person knows the channel
 * @param delivered everything up to it was received; 0 for nothing new
 * @param read everything up to it was seen; 0 for nothing new
 * @param asked whether somebody waits for the outcome
 */
public record Advance(
    ChannelKey channel, ChannelName name, UserRef user, long delivered, long read, boolean asked) {
  /** Whose watermarks these are. */
  record Key(ChannelKey channel, String user) {}

  Key key() {
    return new Key(channel, user.id());
  }

  /** Both together: watermarks are cumulative, so the farther ones hold. */
  Advance and(Advance other) {
    return new Advance(
        channel,
        name,
        user,
        Math.max(delivered, other.delivered),
        Math.max(read, other.read),
        asked || other.asked);
  }
}
