package dev.parley.security;

import dev.parley.protocol.ServerFrame;

/** Who sent a command, and how to answer it. Any thread. */
public interface CommandContext {
  /** Who is calling. */
  Caller caller();

  /**
   * What the connection is besides, for the features that work on it.
   *
   * @throws IllegalStateException when the connection has no such part
   */
  <T> T part(Class<T> type);

  /** Whether the client waits for a reply: it has given the command an id. */
  default boolean isAnswered() {
    return true;
  }

  /** Done: the reply is sent when the command has an id. */
  void reply(ServerFrame frame);

  /** Done, with nothing to say. */
  void done();

  /** Failed: the error is sent in any case. */
  void fail(Throwable failure);

  /**
   * The connection's next command may begin, although this one is not answered: their order is kept
   * elsewhere from here on. Without it the next one waits for the answer.
   */
  default void goOn() {}
}
