package dev.parley.channel;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;

/**
 * Where the nodes that hold somebody's connections hear on the bus that a direct conversation of
 * theirs begins to go on. A key of the bus and of nothing else: it has no log, and no client can
 * name it.
 */
public final class DirectInbox {
  private static final String SUFFIX = "~~";

  private DirectInbox() {}

  /** The inbox of this person. */
  public static ChannelKey of(OrgId org, UserId user) {
    String readable = DirectPair.NAMESPACE + ":" + user.asChannelPart() + SUFFIX;
    return new ChannelKey(
        org,
        new ChannelName(
            readable.length() <= ChannelName.MAX_LENGTH
                ? readable
                : DirectPair.NAMESPACE + ":" + DirectPair.hash(user.value()) + SUFFIX));
  }

  /** Whether what is heard there is about an inbox. */
  public static boolean is(ChannelKey channel) {
    return channel.name().namespace().equals(DirectPair.NAMESPACE)
        && channel.name().value().endsWith(SUFFIX);
  }
}
