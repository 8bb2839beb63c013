package dev.parley.security;

import dev.parley.protocol.CommandRejected;
import org.jspecify.annotations.Nullable;

/** Whether the node takes new connections at present. Any thread; must not block. */
public interface Admission {
  /** Why not; null when it does. */
  @Nullable CommandRejected refusal();
}
