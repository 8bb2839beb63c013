package dev.parley.security;

import dev.parley.protocol.CommandRejected;
import org.jspecify.annotations.Nullable;

/**
 * Whether the node takes one more connection. Asked in the order of the methods, each time more is
 * known: what costs least and says least comes first. Any thread; must not block.
 */
public interface Admission {
  /** Through which door somebody comes. */
  enum Door {
    SOCKET,
    STREAM,
    POLL
  }

  /** Why the node takes nobody: it drains, or it is full. Null when it does. */
  @Nullable CommandRejected refusal();

  /** Why it takes nobody from there: too many have come. Counts an attempt; null when it does. */
  @Nullable CommandRejected refusal(Door door, ClientAddress address);

  /**
   * Why it does not take this caller, who comes too often or has too many connections. Counts an
   * attempt; null when it does.
   */
  @Nullable CommandRejected refusal(Door door, Caller caller);
}
