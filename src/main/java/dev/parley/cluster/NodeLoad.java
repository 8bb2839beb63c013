package dev.parley.cluster;

/** What a node tells the others about itself. Any thread; must not block. */
public interface NodeLoad {
  /** How many connections it holds. */
  int connections();

  /** Whether it takes clients. */
  NodeState state();
}
