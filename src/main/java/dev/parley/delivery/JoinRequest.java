package dev.parley.delivery;

import dev.parley.channel.Rights;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.StreamPosition;
import org.jspecify.annotations.Nullable;

/**
 * From where on a subscriber wants a channel: behind {@code from}, or with the last {@code history}
 * messages, or (neither) only what comes next.
 *
 * @param rights what allows it
 */
public record JoinRequest(Rights rights, @Nullable StreamPosition from, int history) {
  /** The same for a channel that its reader knows under its own name. */
  JoinRequest(ChannelKey channel, @Nullable StreamPosition from, int history) {
    this(Rights.toRead(channel), from, history);
  }

  static JoinRequest live(ChannelKey channel) {
    return new JoinRequest(channel, null, 0);
  }

  /** What is wanted. */
  public ChannelKey channel() {
    return rights.channel();
  }
}
