package dev.parley.cluster;

import redis.clients.jedis.Protocol.Command;

/**
 * What the lanes of one bus have in common.
 *
 * @param self this node's number, by which it knows its own echo
 */
record RedisLink(
    RedisSettings settings,
    RedisNodes nodes,
    Topics topics,
    BusSecret secret,
    BusMetrics metrics,
    long self) {
  /** A codec of its own for a thread; fails while the key cannot be had. */
  EnvelopeCodec codec() {
    return new EnvelopeCodec(settings.secret.orElseGet(secret::key), settings.maxBody);
  }

  Command publish() {
    return topics.sharded() ? Command.SPUBLISH : Command.PUBLISH;
  }

  Command subscribe() {
    return topics.sharded() ? Command.SSUBSCRIBE : Command.SUBSCRIBE;
  }

  Command unsubscribe() {
    return topics.sharded() ? Command.SUNSUBSCRIBE : Command.UNSUBSCRIBE;
  }
}
