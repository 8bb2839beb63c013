package dev.parley.message;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.ServerFrame.MessagePush;
import java.util.List;

/**
 * Messages have been appended, in the order of the list, by one transaction. Fired inside that
 * transaction: observe it {@code AFTER_SUCCESS} to act on what is stored, and never earlier,
 * because a rolled-back message was never there.
 */
public record MessagePublished(List<Stored> messages) {
  /**
   * One of them.
   *
   * @param channel with the tenant that the push does not name
   * @param writtenIn the name under which its author knows the channel
   */
  public record Stored(ChannelKey channel, MessagePush message, ChannelName writtenIn) {}

  public MessagePublished {
    messages = List.copyOf(messages);
  }
}
