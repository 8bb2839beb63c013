package dev.parley.connection;

import dev.parley.cluster.NodeInfo;
import dev.parley.cluster.NodeState;
import java.util.List;

/**
 * How many connections a node gives away at one look: a tenth of what it has above the others, so
 * that it comes near the mean and not below it, although what it knows of them is seconds old.
 */
final class ShedPlan {
  /** The mean is near enough: nobody is sent away for less than this part of it. */
  private static final double SLACK = 0.1;

  /** Of what is too much, the part for one look. */
  private static final double PART = 0.1;

  /** Whoever is sent away reads the log elsewhere; this many at once disturb nobody. */
  static final int MAX = 100;

  private ShedPlan() {}

  /**
   * The number for now; never so many that fewer than {@code floor} or than the mean are left.
   *
   * @param id this node in the registry; empty when it is in none
   * @param mine how many connections it has that were not told to go
   * @param nodes all nodes whose lease is not over
   */
  static int due(String id, int mine, List<NodeInfo> nodes, int floor) {
    List<NodeInfo> others =
        nodes.stream()
            .filter(node -> node.state() == NodeState.SERVING && !node.id().equals(id))
            .toList();
    if (id.isEmpty() || others.isEmpty()) {
      return 0;
    }
    long all = mine + others.stream().mapToLong(NodeInfo::connections).sum();
    double mean = (double) all / (others.size() + 1);
    double excess = mine - Math.max(floor, mean * (1 + SLACK));
    // Above the mean of all, a node always has another one below it.
    return excess < 1 ? 0 : (int) Math.min(MAX, Math.ceil(excess * PART));
  }
}
