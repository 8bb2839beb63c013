package dev.parley.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.presence.World.Node;
import dev.parley.protocol.Command.Status;
import dev.parley.protocol.PresenceStatus;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever happens on some nodes: a client's list with the pushes behind it is at the end what a
 * fresh list says on every node, and that is who is really there. No push is ever a second join, or
 * about somebody who is not in the list: {@link FakeReader} sees to that. Seen to fail when leaves
 * are not told, and when a list has what its watchers have not been told yet.
 */
class PresencePropertyTest {
  private static final int RUNS = 1_000;
  private static final int STEPS = 60;
  private static final List<String> CHANNELS = List.of("room:a", "room:b");
  private static final List<PresenceStatus> STATUSES =
      List.of(PresenceStatus.ONLINE, PresenceStatus.AWAY, PresenceStatus.BUSY);
  private static final List<String> PEOPLE = List.of("ann", "bob", "cid", "dan");

  /** Longer than lease, grace and everything else together. */
  private static final Duration LONG = Duration.ofSeconds(25);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void listAndPushesAreAFreshListOnEveryNode(int thousand) {
    for (int run = 0; run < RUNS; run++) {
      long seed = 1_000L * thousand + run;
      try {
        new Run(seed).check();
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  private static final class Run {
    final Random random;
    final World world;

    Run(long seed) {
      random = new Random(seed);
      world = new World(1 + random.nextInt(3));
    }

    void check() {
      for (int i = 0; i < STEPS; i++) {
        something();
        world.pass(Duration.ofMillis(50L * random.nextInt(random.nextInt(10) == 0 ? 200 : 20)));
      }
      world.nodes.forEach(node -> node.store.away = false);
      world.nodes.forEach(node -> List.copyOf(node.open.keySet()).forEach(one -> one.full(false)));
      world.pass(LONG);
      CHANNELS.forEach(this::compare);
    }

    private void compare(String channel) {
      for (Node node : world.nodes) {
        assertThat(node.list(channel)).isEqualTo(world.node(0).list(channel));
        assertThat(node.list(channel).keySet()).isEqualTo(world.truth(channel));
        for (FakeReader reader : node.open.keySet()) {
          if (reader.watches(channel)) {
            assertThat(reader.list(channel)).isEqualTo(node.list(channel));
          }
        }
      }
    }

    private void something() {
      Node node = world.nodes.get(random.nextInt(world.nodes.size()));
      List<FakeReader> open = List.copyOf(node.open.keySet());
      FakeReader reader = open.isEmpty() ? null : open.get(random.nextInt(open.size()));
      String channel = CHANNELS.get(random.nextInt(CHANNELS.size()));
      int what = random.nextInt(20);
      if (what < 5 || reader == null) {
        connect(node, channel);
      } else if (what < 8) {
        node.close(reader);
      } else if (what < 10) {
        node.watch(reader, channel);
      } else if (what < 11) {
        node.join(reader, channel);
      } else if (what < 13) {
        node.leave(reader, channel);
      } else if (what < 15) {
        PresenceStatus status = STATUSES.get(random.nextInt(STATUSES.size()));
        node.presence.choose(reader.caller(), new Status(status, null));
      } else if (what < 16) {
        reader.full(random.nextBoolean());
      } else if (what < 18) {
        node.store.away = random.nextBoolean();
      } else if (what < 19) {
        node.loseLease();
      } else {
        node.kill();
      }
    }

    private void connect(Node node, String channel) {
      String transport = random.nextInt(4) == 0 ? "polling" : "websocket";
      FakeReader reader = node.connect(PEOPLE.get(random.nextInt(PEOPLE.size())), transport);
      if (random.nextBoolean()) {
        node.watch(reader, channel);
      } else {
        node.join(reader, channel);
      }
    }
  }

  /** Three devices of one person come and go at random, never all away for long. */
  @Test
  void whoIsNeverAwayForLongerThanTheGraceJoinsOnce() {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      World world = new World(2);
      FakeReader[] watchers = new FakeReader[2];
      for (int i = 0; i < 2; i++) {
        watchers[i] = world.node(i).connect("watcher");
        world.node(i).watch(watchers[i], "room:a");
      }
      FakeReader[] devices = new FakeReader[3];
      Node[] where = new Node[3];
      for (int step = 0; step < 40; step++) {
        int device = random.nextInt(3);
        if (devices[device] == null) {
          where[device] = world.node(random.nextInt(2));
          devices[device] = where[device].connect("ann");
          where[device].join(devices[device], "room:a");
        } else {
          where[device].close(devices[device]);
          devices[device] = null;
        }
        boolean none = devices[0] == null && devices[1] == null && devices[2] == null;
        world.pass(Duration.ofMillis(50L * random.nextInt(none ? 80 : 200)));
      }
      for (int device = 0; device < 3; device++) {
        if (devices[device] != null) {
          where[device].close(devices[device]);
        }
      }
      world.pass(LONG);
      for (FakeReader watcher : watchers) {
        assertThat(watcher.events("room:a", "ann"))
            .as("seed " + seed)
            .containsExactly("join", "leave");
      }
    }
  }
}
