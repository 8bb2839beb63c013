package dev.parley.delivery;

/**
 * The order in which what waits for one connection leaves. Lanes order different channels of a
 * connection, never the messages of one channel.
 */
public enum Lane {
  /** Replies and what a client must know to go on. */
  CONTROL,
  /** Messages that must overtake all others. */
  URGENT,
  /** Messages. */
  NORMAL,
  /** What may wait: presence, typing. */
  BACKGROUND
}
