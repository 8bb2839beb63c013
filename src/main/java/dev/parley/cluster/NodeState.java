package dev.parley.cluster;

/** How a node stands to clients. It only ever goes forward: a drained node is started anew. */
public enum NodeState {
  /** It takes connections. */
  SERVING,
  /** It takes none, and those that it has are leaving. */
  DRAINING,
  /** Nobody is left. */
  DRAINED
}
