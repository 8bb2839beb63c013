package dev.parley.presence;

import dev.parley.channel.Declared;
import dev.parley.channel.Namespaces;
import dev.parley.cluster.BusListener;
import dev.parley.cluster.ClusterBus;
import dev.parley.cluster.Envelope;
import dev.parley.platform.FakeConfig;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.UserId;
import dev.parley.testkit.Json;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** Some nodes on one database and one bus, with one clock that only moves when a test says so. */
final class World {
  static final Duration TICK = Duration.ofMillis(50);
  static final Duration LEASE = Duration.ofSeconds(10);
  private static final int TICKS_PER_ROUND = 10;

  final FakeDatabase database = new FakeDatabase();
  final List<Node> nodes = new ArrayList<>();

  /** Which signals get lost on their way to other nodes. */
  Predicate<Envelope> lost = envelope -> false;

  /** Signals that were announced. */
  final List<Envelope> signals = new ArrayList<>();

  private final Map<String, String> options = new HashMap<>();
  private final Namespaces namespaces =
      Declared.namespaces(
          "room.subscribe", "tenant",
          "room.publish", "tenant",
          "room.presence", "true",
          "room.typing", "true",
          "plain.subscribe", "tenant",
          "plain.publish", "tenant");

  private long nanos = Long.MAX_VALUE - Duration.ofSeconds(30).toNanos();
  private long ticks;
  private int registrations;

  /** Leases that run out, by node id: at which tick. */
  private final Map<String, Long> expiring = new LinkedHashMap<>();

  World(int count, String... settings) {
    for (int i = 0; i < settings.length; i += 2) {
      options.put("parley." + settings[i], settings[i + 1]);
    }
    for (int i = 0; i < count; i++) {
      nodes.add(new Node());
    }
  }

  static ChannelKey key(String channel) {
    return new ChannelKey(FakeReader.ORG, new ChannelName(channel));
  }

  Instant now() {
    return Instant.EPOCH.plus(TICK.multipliedBy(ticks));
  }

  Node node(int number) {
    return nodes.get(number);
  }

  /** Time goes on by so much. */
  void pass(Duration time) {
    for (long i = 0; i < time.dividedBy(TICK); i++) {
      step();
    }
  }

  private void step() {
    ticks++;
    nanos += TICK.toNanos();
    expiring.entrySet().removeIf(entry -> entry.getValue() <= ticks && expired(entry.getKey()));
    for (int i = 0; i < nodes.size(); i++) {
      // Nodes do not do things at the same moments.
      nodes.get(i).step((ticks + 3L * i) % TICKS_PER_ROUND == 0);
    }
  }

  private boolean expired(String id) {
    database.remove(id);
    return true;
  }

  /** Who is in the channel by the open connections of the nodes that live. */
  Set<String> truth(String channel) {
    Set<String> people = new TreeSet<>();
    for (Node node : nodes) {
      node.open.forEach(
          (reader, channels) -> {
            if (channels.contains(channel)) {
              people.add(reader.person);
            }
          });
    }
    return people;
  }

  /** One node, and the connections that it has. */
  final class Node {
    final Map<FakeReader, Set<String>> open = new LinkedHashMap<>();
    String id = "";
    FakeDatabase.Store store = database.new Store();
    People people = new People();
    Rooms rooms = new Rooms();
    Presence presence = new Presence();
    Typists typists = new Typists();
    TypingIndicators indicators = new TypingIndicators();
    PresenceSync sync = new PresenceSync();

    Node() {
      begin();
    }

    private void begin() {
      id = "n" + ++registrations;
      database.register(id);
      PresenceSettings settings = new PresenceSettings(FakeConfig.settings(options));
      LastSeen seen = new LastSeen();
      seen.store = database.new Seen();
      seen.clock = clock();
      rooms.settings = settings;
      rooms.nanos = () -> nanos;
      people.rooms = rooms;
      indicators.rooms = rooms;
      indicators.settings = settings;
      indicators.nanos = () -> nanos;
      typists.policy =
          Declared.policy(
              "room.subscribe", "tenant",
              "room.publish", "tenant",
              "room.typing", "true",
              "plain.publish", "tenant",
              "closed.subscribe", "tenant",
              "closed.typing", "true");
      typists.namespaces = namespaces;
      typists.bus = new Bus(this);
      typists.settings = settings;
      typists.clock = clock();
      typists.nanos = () -> nanos;
      OtherNodes others = new OtherNodes();
      others.store = store;
      others.people = people;
      others.seen = seen;
      others.settings = settings;
      sync.store = store;
      sync.others = others;
      sync.people = people;
      sync.seen = seen;
      sync.settings = settings;
      sync.nanos = () -> nanos;
      sync.prepare();
      sync.node = () -> id;
      presence.people = people;
      presence.rooms = rooms;
      presence.typists = typists;
      presence.indicators = indicators;
      presence.sync = sync;
      presence.namespaces = namespaces;
      presence.settings = settings;
      presence.clock = clock();
      presence.nanos = () -> nanos;
    }

    void step(boolean round) {
      presence.tick();
      if (round) {
        try {
          sync.round();
        } catch (IllegalStateException e) {
          // The database is away: the next round tries again.
        }
      }
      List.copyOf(open.keySet()).forEach(FakeReader::turn);
    }

    FakeReader connect(String person) {
      return connect(person, "websocket");
    }

    FakeReader connect(String person, String transport) {
      return connected(new FakeReader(person, transport, () -> nanos));
    }

    FakeReader connected(FakeReader reader) {
      open.put(reader, new TreeSet<>());
      presence.arrived(reader);
      return reader;
    }

    /** Subscribes. */
    void join(FakeReader reader, String channel) {
      open.get(reader).add(channel);
      presence.joined(reader, key(channel));
    }

    /** Subscribes with {@code presence}; what was on its way before comes after the reply. */
    void watch(FakeReader reader, String channel) {
      join(reader, channel);
      reader.listed(channel, presence.watch(reader, key(channel)));
    }

    /** Unsubscribes. */
    void leave(FakeReader reader, String channel) {
      reader.forget(channel);
      open.get(reader).remove(channel);
      presence.left(reader, key(channel));
    }

    /** The connection ends. */
    void close(FakeReader reader) {
      reader.turn();
      Set<String> channels = open.remove(reader);
      presence.gone(reader);
      channels.forEach(channel -> presence.left(reader, key(channel)));
    }

    /** The process is killed, and another one is started in its place. */
    void kill() {
      expire(LEASE);
      open.clear();
      store = database.new Store();
      people = new People();
      rooms = new Rooms();
      presence = new Presence();
      typists = new Typists();
      indicators = new TypingIndicators();
      sync = new PresenceSync();
      begin();
    }

    /** The node was too slow to renew its lease: it is removed, and registers anew. */
    void loseLease() {
      expire(Duration.ZERO);
      id = "n" + ++registrations;
      database.register(id);
    }

    private void expire(Duration lease) {
      expiring.put(id, ticks + lease.dividedBy(TICK));
    }

    /** Who is in the channel and how: a fresh list. */
    Map<String, String> list(String channel) {
      Map<String, String> list = new LinkedHashMap<>();
      rooms.all(key(channel)).forEach(user -> list.put(user.user().id(), user.status().wire()));
      return list;
    }

    void type(FakeReader reader, String channel, boolean typing) {
      typists
          .say(
              reader.caller(),
              new dev.parley.protocol.Command.Typing(new ChannelName(channel), typing))
          .join();
    }

    UserId user(String id) {
      return new UserId(id);
    }
  }

  private Clock clock() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneId.of("UTC");
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return now();
      }
    };
  }

  /** Reaches every node; the one that announces always. */
  private final class Bus implements ClusterBus {
    private final Node self;

    Bus(Node self) {
      this.self = self;
    }

    @Override
    public void listen(BusListener listener) {}

    @Override
    public void announce(Envelope envelope) {
      signals.add(envelope);
      Json.parse(envelope.body());
      for (Node node : nodes) {
        if (node == self || !lost.test(envelope)) {
          node.presence.heard(envelope);
        }
      }
    }

    @Override
    public CompletionStage<Void> subscribe(ChannelKey channel) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void unsubscribe(ChannelKey channel) {}

    @Override
    public Duration outage() {
      return Duration.ZERO;
    }
  }
}
