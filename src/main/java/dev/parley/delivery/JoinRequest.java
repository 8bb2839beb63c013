package dev.parley.delivery;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.StreamPosition;
import org.jspecify.annotations.Nullable;

/**
 * From where on a subscriber wants a channel: behind {@code from}, or with the last {@code history}
 * messages, or (neither) only what comes next.
 */
public record JoinRequest(ChannelKey channel, @Nullable StreamPosition from, int history) {
  public static JoinRequest live(ChannelKey channel) {
    return new JoinRequest(channel, null, 0);
  }
}
