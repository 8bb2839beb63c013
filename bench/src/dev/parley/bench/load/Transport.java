package dev.parley.bench.load;

import java.util.Locale;

/** What carries the messages to a client. */
public enum Transport {
  WEBSOCKET,
  SSE,
  POLLING;

  /** From the command line's word. */
  public static Transport named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }
}
