package dev.parley.bench.load;

import org.jspecify.annotations.Nullable;

/** A system as its clients see it. */
public interface Site {
  /** Where it listens on the loopback. */
  int port();

  /** The name of the channel with this number. */
  String channel(int number);

  /**
   * A client's part.
   *
   * @param client a number, different for each client of the site
   * @param channels what it subscribes to, separated by commas; null for one that only publishes
   */
  Dialect dialect(Transport transport, int client, @Nullable String channels);
}
