package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import dev.parley.testkit.Await;
import dev.parley.testkit.ParleyTest;
import dev.parley.testkit.Tokens;
import jakarta.ejb.EJB;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The registry's tables: leases by the database's clock, and users by nodes. */
@ParleyTest
class NodeStoreIT {
  private static final Duration LONG = Duration.ofMinutes(5);

  @EJB private NodeStore nodes;
  @EJB private UserNodeStore rows;
  @Inject private NodeRegistry registry;
  @Inject private UserNodes users;

  private final OrgId org = new OrgId(Tokens.unique("org"));
  private final UserId ann = new UserId("ann");
  private final UserKey key = new UserKey(org, ann);

  private static final class Busy implements NodeLoad {
    @Override
    public int connections() {
      return 7;
    }

    @Override
    public NodeState state() {
      return NodeState.DRAINING;
    }
  }

  private static String name() {
    // A node's id has at most 43 characters.
    return Tokens.unique("n");
  }

  private void register(String id, Duration lease) {
    nodes.register(id, "name-of-" + id, "1.0.0", lease, new Busy());
  }

  @Test
  void whatIsRegisteredIsReadBack() {
    String id = name();
    register(id, LONG);
    NodeInfo info =
        nodes.alive().stream().filter(node -> node.id().equals(id)).findFirst().orElseThrow();
    assertThat(info.name()).isEqualTo("name-of-" + id);
    assertThat(info.version()).isEqualTo("1.0.0");
    assertThat(info.connections()).isEqualTo(7);
    assertThat(info.state()).isEqualTo(NodeState.DRAINING);
    assertThat(Duration.between(info.startedAt(), info.leaseUntil())).isEqualTo(LONG);
    nodes.remove(id);
    assertThat(nodes.alive()).extracting(NodeInfo::id).doesNotContain(id);
  }

  @Test
  void aLeaseThatIsOverCannotBeRenewed() {
    String id = name();
    register(id, Duration.ZERO);
    assertThat(nodes.renew(id, LONG, new Busy())).isFalse();
    assertThat(nodes.renew(name(), LONG, new Busy())).isFalse();
    nodes.remove(id);
  }

  @Test
  void whatADeadNodeHeldCountsForNothing() {
    String dead = name();
    String living = name();
    register(dead, Duration.ZERO);
    register(living, LONG);
    rows.write(dead, new TreeMap<>(Map.of(key, 1)));
    rows.write(living, new TreeMap<>(Map.of(key, 2)));
    assertThat(Await.result("nodes", users.of(org, ann))).isEqualTo(Set.of(living));

    nodes.remove(living);
    assertThat(Await.result("nodes", users.of(org, ann))).isEmpty();
    nodes.remove(dead);
  }

  /** Seen to fail when dead nodes count, when the asking one does, and when users are no sum. */
  @Test
  void whatLivingNodesHoldOfATenantIsAddedUpWithoutTheOneThatAsks() {
    String dead = name();
    String living = name();
    String another = name();
    register(dead, Duration.ZERO);
    register(living, LONG);
    register(another, LONG);
    UserKey bob = new UserKey(org, new UserId("bob"));
    rows.write(dead, new TreeMap<>(Map.of(key, 100)));
    rows.write(living, new TreeMap<>(Map.of(key, 2, bob, 30)));
    rows.write(another, new TreeMap<>(Map.of(key, 4)));
    OrgId nobody = new OrgId(Tokens.unique("org"));
    assertThat(rows.elsewhere(another, Set.of(org, nobody))).isEqualTo(Map.of(org, 32));
    assertThat(rows.elsewhere("", Set.of(org))).isEqualTo(Map.of(org, 36));
    for (String id : List.of(dead, living, another)) {
      nodes.remove(id);
    }
  }

  @Test
  void aCountIsReplacedAndZeroRemovesIt() {
    String id = name();
    register(id, LONG);
    rows.write(id, new TreeMap<>(Map.of(key, 1)));
    rows.write(id, new TreeMap<>(Map.of(key, 2)));
    assertThat(rows.of(key)).containsExactly(id);
    rows.write(id, new TreeMap<>(Map.of(key, 0)));
    assertThat(rows.of(key)).isEmpty();
    nodes.remove(id);
  }

  @Test
  void whoConnectsHereIsFoundHere() {
    users.joined(org, ann);
    users.joined(org, ann);
    Await.until("ann is found", () -> where().equals(Set.of(registry.id())));
    users.left(org, ann);
    users.left(org, ann);
    Await.until("ann is gone", () -> where().isEmpty());
  }

  private Set<String> where() {
    return Await.result("nodes", users.of(org, ann));
  }

  @Test
  void aDeadNodeIsRemovedByALivingOne() {
    String dead = name();
    register(dead, Duration.ZERO);
    Await.until("it is removed", () -> !nodes.expired().contains(dead));
  }
}
