package dev.parley.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cluster.UserKey;
import dev.parley.presence.World.Node;
import dev.parley.protocol.Command.Status;
import dev.parley.protocol.PresenceStatus;
import dev.parley.protocol.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who is here, over some nodes and with a clock that the test moves. */
class PresenceTest {
  private static final String ROOM = "room:a";
  private static final Duration MOMENT = Duration.ofMillis(100);
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** Until what one node knows is known to the others, and told. */
  private static final Duration AGREED = Duration.ofMillis(1_200);

  private static final Duration AFTER_GRACE = Duration.ofSeconds(7);

  private final World world = new World(2);
  private final Node a = world.node(0);
  private final Node b = world.node(1);

  private FakeReader watcher(Node node) {
    FakeReader reader = node.connect("watcher");
    node.watch(reader, ROOM);
    world.pass(AGREED);
    return reader;
  }

  private FakeReader in(Node node, String person) {
    FakeReader reader = node.connect(person);
    node.join(reader, ROOM);
    return reader;
  }

  @Test
  void whoComesIsToldAtOnceHereAndSoonElsewhere() {
    FakeReader here = watcher(a);
    FakeReader there = watcher(b);
    in(a, "ann");
    world.pass(MOMENT);
    assertThat(here.events(ROOM, "ann")).containsExactly("join");
    world.pass(AGREED);
    assertThat(there.events(ROOM, "ann")).containsExactly("join");
    assertThat(there.list(ROOM)).isEqualTo(b.list(ROOM)).containsOnlyKeys("ann", "watcher");
  }

  @Test
  void aReloadedPageIsNoLeaveAndNoJoin() {
    FakeReader here = watcher(a);
    FakeReader there = watcher(b);
    FakeReader page = in(a, "ann");
    world.pass(AGREED);
    for (int i = 0; i < 5; i++) {
      a.close(page);
      world.pass(SECOND.multipliedBy(4));
      page = in(a, "ann");
      world.pass(SECOND);
    }
    assertThat(here.events(ROOM, "ann")).containsExactly("join");
    assertThat(there.events(ROOM, "ann")).containsExactly("join");
  }

  @Test
  void whoStaysAwayLeavesOnceAfterTheGrace() {
    FakeReader here = watcher(a);
    FakeReader there = watcher(b);
    FakeReader page = in(a, "ann");
    world.pass(AGREED);
    a.close(page);
    world.pass(Duration.ofMillis(4_900));
    assertThat(here.events(ROOM, "ann")).containsExactly("join");
    world.pass(Duration.ofSeconds(4));
    assertThat(here.events(ROOM, "ann")).containsExactly("join", "leave");
    assertThat(there.events(ROOM, "ann")).containsExactly("join", "leave");
    assertThat(a.people.count()).isEqualTo(1);
    assertThat(world.database.seen).containsKey(new UserKey(FakeReader.ORG, new UserId("ann")));
  }

  @Test
  void devicesAndNodesOfOnePersonAreOneJoinAndOneLeave() {
    FakeReader here = watcher(a);
    FakeReader there = watcher(b);
    FakeReader first = in(a, "ann");
    FakeReader second = in(b, "ann");
    world.pass(AGREED);
    FakeReader third = in(a, "ann");
    a.close(first);
    world.pass(AFTER_GRACE);
    a.close(third);
    world.pass(AFTER_GRACE);
    assertThat(here.events(ROOM, "ann")).containsExactly("join");
    b.close(second);
    world.pass(AFTER_GRACE);
    assertThat(here.events(ROOM, "ann")).containsExactly("join", "leave");
    assertThat(there.events(ROOM, "ann")).containsExactly("join", "leave");
  }

  @Test
  void whoGoesToAnotherNodeHasNotLeft() {
    FakeReader here = watcher(a);
    FakeReader there = watcher(b);
    FakeReader reader = in(a, "ann");
    world.pass(AGREED);
    for (int i = 0; i < 6; i++) {
      Node from = i % 2 == 0 ? a : b;
      from.close(reader);
      world.pass(SECOND);
      reader = in(i % 2 == 0 ? b : a, "ann");
      world.pass(AFTER_GRACE);
    }
    assertThat(here.events(ROOM, "ann")).containsExactly("join");
    assertThat(there.events(ROOM, "ann")).containsExactly("join");
  }

  @Test
  void whoUnsubscribesIsGoneWithinTwoSecondsUnlessAnotherDeviceIsThere() {
    FakeReader here = watcher(a);
    FakeReader one = in(a, "ann");
    FakeReader other = in(b, "ann");
    world.pass(AGREED);
    a.leave(one, ROOM);
    world.pass(AFTER_GRACE);
    assertThat(here.events(ROOM, "ann")).containsExactly("join");
    b.leave(other, ROOM);
    world.pass(SECOND.multipliedBy(4));
    assertThat(here.events(ROOM, "ann")).containsExactly("join", "leave");
    assertThat(a.people.count()).isEqualTo(2);
  }

  @Test
  void thePeopleOfAKilledNodeLeaveOnceAfterLeaseAndGrace() {
    FakeReader there = watcher(b);
    for (int i = 0; i < 500; i++) {
      in(a, "p" + i);
    }
    world.pass(AGREED);
    assertThat(there.list(ROOM)).hasSize(501);
    a.kill();
    world.pass(World.LEASE);
    assertThat(there.list(ROOM)).as("nobody is missed too early").hasSize(501);
    world.pass(AFTER_GRACE);
    assertThat(there.list(ROOM)).containsOnlyKeys("watcher");
    for (int i = 0; i < 500; i++) {
      assertThat(there.events(ROOM, "p" + i)).containsExactly("join", "leave");
    }
    assertThat(world.database.seen).hasSize(500);
  }

  @Test
  void whoComesBackElsewhereAfterAKillHasNeverLeft() {
    FakeReader there = watcher(b);
    in(a, "ann");
    world.pass(AGREED);
    a.kill();
    world.pass(SECOND.multipliedBy(2));
    in(b, "ann");
    world.pass(Duration.ofSeconds(40));
    assertThat(there.events(ROOM, "ann")).containsExactly("join");
  }

  @Test
  void aNodeThatHasLostItsLeaseSaysEverythingAgainAndNobodyNotices() {
    FakeReader here = watcher(a);
    FakeReader there = watcher(b);
    in(a, "ann");
    world.pass(AGREED);
    a.loseLease();
    world.pass(Duration.ofSeconds(40));
    assertThat(here.events(ROOM, "ann")).containsExactly("join");
    assertThat(there.events(ROOM, "ann")).containsExactly("join");
    assertThat(there.list(ROOM)).containsKey("ann");
  }

  @Test
  void whileTheDatabaseIsAwayNobodyLeavesAndThenAllAgree() {
    FakeReader here = watcher(a);
    FakeReader there = watcher(b);
    FakeReader reader = in(a, "ann");
    world.pass(AGREED);
    a.store.away = true;
    a.close(reader);
    in(b, "ann");
    in(a, "bob");
    world.pass(Duration.ofSeconds(60));
    assertThat(here.events(ROOM, "ann")).containsExactly("join");
    assertThat(there.list(ROOM)).doesNotContainKey("bob");
    a.store.away = false;
    world.pass(AFTER_GRACE);
    assertThat(here.list(ROOM))
        .isEqualTo(there.list(ROOM))
        .containsOnlyKeys("ann", "bob", "watcher");
    assertThat(here.events(ROOM, "ann")).containsExactly("join");
  }

  @Test
  void whoMissedATombstoneReadsEverythingAnew() {
    FakeReader there = watcher(b);
    FakeReader reader = in(a, "ann");
    world.pass(AGREED);
    b.store.away = true;
    a.close(reader);
    world.pass(Duration.ofMinutes(5));
    assertThat(world.database.rows(a.id)).as("the tombstone is gone").isZero();
    b.store.away = false;
    world.pass(AGREED);
    assertThat(there.events(ROOM, "ann")).containsExactly("join", "leave");
  }

  @Test
  void aPersonIsAwayWhenNoDeviceIsActiveAndOnlineAgainWithTheFirst() {
    FakeReader there = watcher(b);
    FakeReader desk = in(a, "ann");
    FakeReader phone = in(b, "ann");
    world.pass(Duration.ofMinutes(4));
    phone.act();
    world.pass(Duration.ofMinutes(2));
    assertThat(there.list(ROOM)).containsEntry("ann", "online");
    world.pass(Duration.ofMinutes(4));
    assertThat(there.list(ROOM)).containsEntry("ann", "away");
    desk.act();
    world.pass(AGREED.plus(SECOND));
    assertThat(there.events(ROOM, "ann")).containsExactly("join", "update", "update");
    assertThat(there.list(ROOM)).containsEntry("ann", "online");
  }

  @Test
  void theLatestWordCountsWhicheverDeviceItWasSaidOn() {
    FakeReader there = watcher(b);
    FakeReader desk = in(a, "ann");
    FakeReader phone = in(b, "ann");
    a.presence.choose(desk.caller(), new Status(PresenceStatus.BUSY, "in a call"));
    world.pass(AGREED);
    assertThat(there.list(ROOM)).containsEntry("ann", "busy");
    b.presence.choose(phone.caller(), new Status(PresenceStatus.ONLINE, null));
    world.pass(AGREED);
    assertThat(there.list(ROOM)).containsEntry("ann", "online");
    assertThat(a.list(ROOM)).isEqualTo(b.list(ROOM));
  }

  @Test
  void pollsWithPausesAreOneStayAndCostNoWrite() {
    FakeReader there = watcher(b);
    FakeReader poll = a.connect("ann", "polling");
    a.join(poll, ROOM);
    world.pass(AGREED);
    int written = world.database.written;
    for (int i = 0; i < 10; i++) {
      a.close(poll);
      world.pass(Duration.ofSeconds(11));
      poll = a.connect("ann", "polling");
      a.join(poll, ROOM);
      world.pass(MOMENT);
    }
    assertThat(there.events(ROOM, "ann")).containsExactly("join");
    assertThat(world.database.written).isEqualTo(written);
    a.close(poll);
    world.pass(Duration.ofSeconds(20));
    assertThat(there.events(ROOM, "ann")).containsExactly("join", "leave");
  }

  @Test
  void itIsKnownOnWhichDevicesSomebodyIs() {
    FakeReader laptop = a.connected(new FakeReader("ann", "websocket", () -> 0).called("lap\ntop"));
    FakeReader phone = b.connect("ann", "sse");
    world.pass(AGREED);
    Merged ann = b.people.find(new UserKey(FakeReader.ORG, new UserId("ann")));
    assertThat(ann.devices())
        .containsExactly(new DeviceInfo("sse", null), new DeviceInfo("websocket", "lap top"));
    assertThat(laptop.person).isEqualTo(phone.person);
  }

  @Test
  void aSlowWatcherGetsANewListInsteadOfChangesWithoutEnd() {
    FakeReader slow = watcher(a);
    slow.full(true);
    List<FakeReader> people = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      people.add(in(a, "p" + i));
      world.pass(MOMENT);
    }
    people.subList(0, 150).forEach(a::close);
    world.pass(AFTER_GRACE);
    assertThat(slow.pushes).isEmpty();
    slow.full(false);
    world.pass(MOMENT);
    assertThat(slow.pushes).hasSize(1);
    assertThat(slow.list(ROOM)).hasSize(51).isEqualTo(a.list(ROOM));
    a.close(people.get(199));
    world.pass(AFTER_GRACE);
    assertThat(slow.list(ROOM)).hasSize(50).isEqualTo(a.list(ROOM));
  }

  @Test
  void aChannelWithTooManyPeopleIsNotToldToNewWatchers() {
    World small = new World(1, "presence.max-members", "3");
    Node node = small.node(0);
    FakeReader early = node.connect("w1");
    node.watch(early, ROOM);
    for (int i = 0; i < 5; i++) {
      node.join(node.connect("p" + i), ROOM);
    }
    small.pass(AGREED);
    FakeReader late = node.connect("w2");
    node.watch(late, ROOM);
    small.pass(AGREED);
    assertThat(late.watches(ROOM)).isFalse();
    assertThat(late.pushes).isEmpty();
    assertThat(early.list(ROOM)).isEqualTo(node.list(ROOM)).hasSize(7);
  }

  @Test
  void aChannelIsReadInPagesInTheOrderOfIds() {
    for (int i = 0; i < 5; i++) {
      in(a, "p" + i);
    }
    PresencePage first = a.rooms.page(World.key(ROOM), "", 2);
    assertThat(first.total()).isEqualTo(5);
    assertThat(first.next()).isEqualTo("p1");
    PresencePage last = a.rooms.page(World.key(ROOM), "p2", 2);
    assertThat(last.users()).extracting(user -> user.user().id()).containsExactly("p3", "p4");
    assertThat(last.next()).isNull();
    assertThat(a.rooms.page(World.key("room:nobody"), "", 2)).isEqualTo(PresencePage.EMPTY);
  }

  @Test
  void inANamespaceWithoutPresenceNobodyIsSeen() {
    FakeReader reader = a.connect("ann");
    a.watch(reader, "plain:a");
    world.pass(AGREED);
    assertThat(reader.watches("plain:a")).isFalse();
    assertThat(a.list("plain:a")).isEqualTo(Map.of());
  }

  /** What a thousand people cost who come within ten seconds to a room that all of them watch. */
  @Test
  void aThousandWatchersAreToldOfAThousandPeopleInFewPushes() {
    World one = new World(1);
    Node node = one.node(0);
    List<FakeReader> readers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      for (int j = 0; j < 5; j++) {
        FakeReader reader = node.connect("p" + (5 * i + j));
        node.watch(reader, ROOM);
        readers.add(reader);
      }
      one.pass(World.TICK);
    }
    one.pass(Duration.ofSeconds(2));
    long pushes = readers.stream().mapToLong(reader -> reader.pushes.size()).sum();
    long characters = readers.stream().mapToLong(reader -> reader.characters).sum();
    readers.forEach(reader -> assertThat(reader.list(ROOM)).hasSize(1_000));
    // One by one they would be half a million.
    System.getLogger("cost").log(System.Logger.Level.INFO, pushes + " pushes, " + characters);
    assertThat(pushes).isLessThan(40_000);
    assertThat(characters).isLessThan(40_000_000);
  }

  @Test
  void aQuietClusterCostsTwoQueriesARound() {
    watcher(a);
    world.pass(Duration.ofSeconds(30));
    int calls = world.database.calls;
    world.pass(Duration.ofSeconds(10));
    // Of each of two nodes: who is alive, and what is new at the other.
    assertThat(world.database.calls - calls).isBetween(80, 84);
  }
}
