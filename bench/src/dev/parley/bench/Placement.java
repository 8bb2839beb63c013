package dev.parley.bench;

import java.util.List;

/**
 * How many nodes each system has, and where its clients are. Publishers are always at the first
 * node.
 *
 * @param members the numbers of the nodes that have members
 */
record Placement(int nodes, List<Integer> members) {
  /** One node with everybody. */
  static final Placement ALONE = new Placement(1, List.of(0));

  /**
   * Two nodes.
   *
   * @param membersOn {@code a}, {@code b} or {@code both}
   * @throws IllegalArgumentException for any other word
   */
  static Placement pair(String membersOn) {
    return new Placement(
        2,
        switch (membersOn) {
          case "a" -> List.of(0);
          case "b" -> List.of(1);
          case "both" -> List.of(0, 1);
          default -> throw new IllegalArgumentException("members-on is not a, b or both");
        });
  }

  /** What the log of a node is called; the name alone where there is but one. */
  String name(String system, int node) {
    return nodes == 1 ? system : system + "-" + (char) ('a' + node);
  }
}
