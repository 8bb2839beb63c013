package dev.parley.channel;

/**
 * The order in which what waits for one connection leaves. Lanes order different channels of a
 * connection, never the messages of one channel.
 */
public enum Lane {
  /** Replies and what a client must know to go on. No namespace has it. */
  CONTROL,
  /** Messages that must overtake all others. */
  URGENT,
  /** Messages. */
  NORMAL,
  /** What may wait: presence, typing. */
  BACKGROUND
}
