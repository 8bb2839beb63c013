package dev.parley.delivery;

/** What a dispatcher tells of a channel that it watches; on its thread. Must not block. */
public interface Watched {
  /** There is something to read, or the channel has ended. */
  void readable();

  /** There is room again, after that was asked for. */
  void writable();
}
