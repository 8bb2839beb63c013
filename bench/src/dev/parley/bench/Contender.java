package dev.parley.bench;

import dev.parley.bench.load.Entrances;
import dev.parley.bench.load.Site;
import dev.parley.bench.server.Measured;
import dev.parley.bench.server.MessagingServer;
import java.util.List;
import java.util.Map;

/**
 * One row of a table: a system, and one way to use it.
 *
 * @param nodes its servers, in most scenarios one
 * @param stores what stands behind them, by name: a database, Redis
 */
record Contender(
    String name,
    List<? extends MessagingServer> nodes,
    Entrances entrances,
    Map<String, Measured> stores) {
  /** The only node, or the one at which messages are published. */
  MessagingServer server() {
    return nodes.get(0);
  }

  /** The same as its clients see it. */
  Site site() {
    return entrances.publishers();
  }
}
