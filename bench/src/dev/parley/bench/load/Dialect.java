package dev.parley.bench.load;

import java.util.Map;

/**
 * What one client says, and what it understands beside the messages that are counted. Each client
 * has its own; the generator's thread only.
 */
public interface Dialect {
  /** The path that it opens, with its query. */
  String path();

  /** Headers of the request that opens it, beside those that every client sends. */
  default Map<String, String> headers() {
    return Map.of();
  }

  /** The connection is open. */
  default void opened(Outlet out) {}

  /**
   * A text has come that holds no message, or any text before the client is ready. Of an event
   * stream a text is one or more whole lines, of a poll it is the whole answer.
   */
  void heard(String text, Outlet out);

  /** What publishes the payload, which needs no escaping. */
  default String publication(String channel, String payload) {
    throw new UnsupportedOperationException("this client only listens");
  }
}
