package dev.parley.cluster;

import dev.parley.protocol.ChannelKey;

/**
 * The names under which Redis knows channels. A channel's topic is {@code
 * <prefix>/c/<tenant>/<channel>}: channel names have no slash, so the last one is always ours, and
 * no name of a tenant or a channel reaches another's topic or one that is not behind {@code /c/}.
 * In a Redis Cluster, where a topic's slot decides who serves it, the prefix ends in one of a few
 * hash tags, the lane.
 *
 * @param lanes zero when topics are not spread over slots
 */
record Topics(String prefix, int lanes) {
  /** How many lanes there are, at least one. */
  int count() {
    return Math.max(1, lanes);
  }

  /** Whether topics belong to slots. */
  boolean sharded() {
    return lanes > 0;
  }

  /** The lane of a channel, the same on every node. */
  int lane(ChannelKey channel) {
    return sharded() ? Math.floorMod(channel.toString().hashCode(), lanes) : 0;
  }

  String channel(ChannelKey channel) {
    return start(lane(channel)) + "/c/" + channel;
  }

  /** Where a node talks to itself. */
  String canary(int lane, long node) {
    return start(lane) + "/canary/" + Long.toHexString(node);
  }

  private String start(int lane) {
    return sharded() ? prefix + "{" + lane + "}" : prefix;
  }
}
