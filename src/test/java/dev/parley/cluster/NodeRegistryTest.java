package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.platform.FakeConfig;
import dev.parley.platform.Ids;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Leases by a database whose clock the test sets. */
class NodeRegistryTest {
  private final FakeStore store = new FakeStore();

  private final class OneNode {
    final NodeRegistry registry = new NodeRegistry();
    final UserNodes users = new UserNodes();
    final FakeUsers rows = new FakeUsers();

    OneNode(String name) {
      registry.store = store;
      registry.users = users;
      registry.settings = new ClusterSettings(FakeConfig.settings(Map.of("parley.node", name)));
      registry.node = new Node();
      registry.node.settings = registry.settings;
      registry.node.ids = new Ids();
      registry.node.choose();
      registry.ids = new Ids();
      registry.meters = new SimpleMeterRegistry();
      registry.load = new Idle();
      users.store = rows;
    }
  }

  private static final class Idle implements NodeLoad {
    @Override
    public int connections() {
      return 3;
    }

    @Override
    public NodeState state() {
      return NodeState.SERVING;
    }
  }

  private List<String> alive() {
    return store.alive().stream().map(NodeInfo::name).toList();
  }

  @Test
  void aNodeLivesAsLongAsItRenewsItsLease() {
    OneNode a = new OneNode("a");
    a.registry.beat();
    String id = a.registry.id();
    for (int i = 0; i < 10; i++) {
      store.pass(Duration.ofSeconds(9));
      a.registry.beat();
    }
    assertThat(alive()).containsExactly("a");
    assertThat(a.registry.id()).isEqualTo(id);
    assertThat(store.alive().get(0).connections()).isEqualTo(3);
  }

  @Test
  void aDeadNodeIsNobodysNodeOnceItsLeaseIsOverAndIsThenRemovedByAnother() {
    OneNode a = new OneNode("a");
    OneNode b = new OneNode("b");
    a.registry.beat();
    b.registry.beat();
    store.pass(Duration.ofSeconds(6));
    b.registry.beat();
    store.pass(Duration.ofSeconds(5));
    assertThat(alive()).containsExactly("b");

    b.registry.beat();
    assertThat(store.rows.values()).extracting(NodeInfo::name).containsExactly("b");
  }

  @Test
  void aFrozenNodeNoticesAndRegistersAnewWithEverybodyWhoIsStillThere() {
    OneNode a = new OneNode("a");
    a.users.joined(new OrgId("acme"), new UserId("ann"));
    a.registry.beat();
    String before = a.registry.id();
    a.users.flush(before);
    store.pass(Duration.ofSeconds(11));
    assertThat(alive()).isEmpty();

    a.registry.beat();
    a.users.flush(a.registry.id());

    assertThat(a.registry.id()).isNotEqualTo(before);
    assertThat(alive()).containsExactly("a");
    assertThat(store.rows).doesNotContainKey(before);
    assertThat(a.rows.writers).containsExactly(before, a.registry.id());
  }

  @Test
  void aNodeThatHasLeftDoesNotComeBack() {
    OneNode a = new OneNode("a");
    a.registry.beat();
    a.registry.leave();
    a.registry.beat();
    assertThat(alive()).isEmpty();
    assertThat(a.registry.id()).isEmpty();
  }

  private static final class FakeUsers extends UserNodeStore {
    final List<String> writers = new ArrayList<>();

    @Override
    public void write(String node, SortedMap<UserKey, Integer> counts) {
      writers.add(node);
    }

    @Override
    public void clear(String node) {
      // There is nothing.
    }
  }

  private static final class FakeStore extends NodeStore {
    final Map<String, NodeInfo> rows = new TreeMap<>();
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");

    void pass(Duration time) {
      now = now.plus(time);
    }

    @Override
    public void register(String id, String name, String version, Duration lease, NodeLoad load) {
      put(id, name, version, now, lease, load);
    }

    private void put(
        String id, String name, String version, Instant since, Duration lease, NodeLoad load) {
      rows.put(
          id,
          new NodeInfo(
              id, name, version, since, now.plus(lease), load.connections(), load.state()));
    }

    @Override
    public boolean renew(String id, Duration lease, NodeLoad load) {
      NodeInfo row = rows.get(id);
      if (row == null || !row.leaseUntil().isAfter(now)) {
        return false;
      }
      put(id, row.name(), row.version(), row.startedAt(), lease, load);
      return true;
    }

    @Override
    public List<NodeInfo> alive() {
      return rows.values().stream().filter(row -> row.leaseUntil().isAfter(now)).toList();
    }

    @Override
    public List<String> expired() {
      return rows.values().stream()
          .filter(row -> !row.leaseUntil().isAfter(now))
          .map(NodeInfo::id)
          .toList();
    }

    @Override
    public void remove(String id) {
      rows.remove(id);
    }
  }
}
