package dev.parley.bench.load;

import java.util.List;

/**
 * Where the clients of a system connect.
 *
 * @param publishers the node of those who publish
 * @param members the nodes among which the members are spread evenly
 */
public record Entrances(Site publishers, List<Site> members) {
  /** Of a system that is one node. */
  public static Entrances one(Site site) {
    return new Entrances(site, List.of(site));
  }

  /** The node of the member with this number. */
  Site ofMember(int number) {
    return members.get(number % members.size());
  }
}
