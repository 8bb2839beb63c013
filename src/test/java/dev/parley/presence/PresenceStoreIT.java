package dev.parley.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.cluster.NodeLoad;
import dev.parley.cluster.NodeState;
import dev.parley.cluster.NodeStore;
import dev.parley.cluster.UserKey;
import dev.parley.presence.PresenceStore.Row;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.PresenceStatus;
import dev.parley.protocol.UserId;
import dev.parley.testkit.ParleyTest;
import dev.parley.testkit.Tokens;
import jakarta.ejb.EJB;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The tables of presence. */
@ParleyTest
class PresenceStoreIT {
  @EJB private NodeStore nodes;
  @EJB private PresenceStore store;
  @EJB private LastSeenStore seen;

  private final OrgId org = new OrgId(Tokens.unique("org"));
  private final String node = Tokens.unique("n");

  private static final class Load implements NodeLoad {
    @Override
    public int connections() {
      return 0;
    }

    @Override
    public NodeState state() {
      return NodeState.SERVING;
    }
  }

  @BeforeEach
  void register() {
    nodes.register(node, "name", "1.0.0", Duration.ofMinutes(5), new Load());
  }

  @AfterEach
  void remove() {
    nodes.remove(node);
  }

  private UserKey key(String user) {
    return new UserKey(org, new UserId(user));
  }

  private static Statement statement(String name, Choice choice, DeviceInfo... devices) {
    return new Statement(
        name,
        choice,
        true,
        new TreeSet<>(List.of(devices)),
        Set.of(new ChannelName("room:a"), new ChannelName("room:b")));
  }

  @Test
  void whatIsWrittenIsReadBackBehindAVersionInItsOrder() {
    Row ann =
        new Row(
            key("ann"),
            1,
            statement(
                "Ann Ä",
                new Choice(PresenceStatus.BUSY, "in a call", 1_772_366_400_123L),
                new DeviceInfo("websocket", "lap top"),
                new DeviceInfo("sse", null)));
    Row bob = new Row(key("bob"), 2, statement("", null));
    store.write(node, List.of(bob, ann));
    assertThat(store.alive()).contains(node);
    assertThat(store.read(node, 0, 10)).containsExactly(ann, bob);
    assertThat(store.read(node, 1, 10)).containsExactly(bob);
    assertThat(store.read(node, 0, 1)).containsExactly(ann);

    Row gone = new Row(key("ann"), 3, null);
    store.write(node, List.of(gone));
    assertThat(store.read(node, 0, 10)).containsExactly(bob, gone);
    store.purge(node, 2);
    assertThat(store.read(node, 0, 10)).containsExactly(bob, gone);
    store.purge(node, 3);
    assertThat(store.read(node, 0, 10)).containsExactly(bob);
  }

  @Test
  void theRowsOfANodeGoWithItAndItWritesNothingMore() {
    List<Row> rows = List.of(new Row(key("ann"), 1, statement("Ann", null)));
    store.write(node, rows);
    nodes.remove(node);
    assertThat(store.read(node, 0, 10)).isEmpty();
    assertThatThrownBy(() -> store.write(node, rows)).isNotNull();
    assertThat(store.alive()).doesNotContain(node);
  }

  @Test
  void theLastTimeIsReplacedAndForgotten() {
    Instant first = Instant.parse("2026-03-01T12:00:00.123Z");
    seen.write(new TreeMap<>(Map.of(key("ann"), first, key("bob"), first)));
    seen.write(new TreeMap<>(Map.of(key("ann"), first.plusSeconds(1))));
    List<UserId> users = List.of(new UserId("ann"), new UserId("bob"), new UserId("cid"));
    assertThat(seen.read(org, users))
        .containsOnly(
            Map.entry(new UserId("ann"), first.plusSeconds(1)),
            Map.entry(new UserId("bob"), first));
    int unused = seen.forget(first.plusMillis(500));
    assertThat(seen.read(org, users)).containsOnlyKeys(new UserId("ann"));
  }
}
