package dev.parley.bench.load;

/** What a {@link Dialect} may do with its connection. */
public interface Outlet {
  /** Sends one text. What is said in the same turn of the event loop leaves together. */
  void say(String text);

  /** The client has everything that it asked for. */
  void ready();

  /** The server has not taken what was said; its messages will be missing. */
  void refused(String reason);

  /** The server has said something that must not be. */
  void fail(String reason);
}
