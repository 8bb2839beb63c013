package dev.parley.presence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Await;
import dev.parley.testkit.BuildOutput;
import dev.parley.testkit.NodeProcess;
import dev.parley.testkit.Person;
import dev.parley.testkit.PostgresProcess;
import dev.parley.testkit.RedisProcess;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.Tokens;
import dev.parley.testkit.WsClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Presence over two nodes that are processes. The last test kills one of them. */
@TestMethodOrder(OrderAnnotation.class)
class PresenceST {
  private static final Duration LEASE = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PEOPLE = 500;

  /** Shared, so that a token of one node is good at the other. */
  private static final Path DATA =
      BuildOutput.target().resolve("nodes").resolve(Tokens.unique("presence")).resolve("data");

  private static PostgresProcess postgres;
  private static RedisProcess redis;
  private static NodeProcess a;
  private static NodeProcess b;

  private final String room = Tenant.room();
  private final Tenant tenant = new Tenant(new ServerUrl(a.uri()));
  private final ServerUrl serverB = new ServerUrl(b.uri());

  @BeforeAll
  static void start() {
    postgres = PostgresProcess.start();
    redis = RedisProcess.start();
    a = node("a");
    b = node("b");
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable one : new AutoCloseable[] {b, a, redis, postgres}) {
      if (one != null) {
        one.close();
      }
    }
  }

  private static NodeProcess node(String name) {
    return NodeProcess.named(Tokens.unique("presence-" + name))
        .properties(postgres.properties())
        .property("parley.redis.url", redis.url())
        .property("parley.node", name)
        .property("parley.cluster.lease", LEASE.toString())
        .dataFolder(DATA)
        .start();
  }

  private static boolean is(JsonNode frame, String event, String id) {
    if (!frame.path("event").asText().equals(event)) {
      return false;
    }
    List<String> ids = new ArrayList<>(List.of(frame.at("/user/id").asText()));
    frame.path("more").forEach(user -> ids.add(user.get("id").asText()));
    return ids.contains(id);
  }

  /** Everything that the watcher is told of others, in order. */
  private static List<String> events(List<JsonNode> heard, String id) {
    List<String> events = new ArrayList<>();
    for (JsonNode frame : heard) {
      for (String event : List.of("join", "leave", "update")) {
        if (is(frame, event, id)) {
          events.add(event);
        }
      }
    }
    return events;
  }

  private WsClient watch(Person person, List<JsonNode> heard) {
    WsClient watcher = person.ws().tap(frame -> add(frame, heard)).open();
    watcher.awaitPush("connected");
    watcher.command("subscribe", "channel", room, "presence", true);
    return watcher;
  }

  private static void add(JsonNode frame, List<JsonNode> heard) {
    if (frame.path("type").asText().equals("presence")) {
      synchronized (heard) {
        heard.add(frame);
      }
    }
  }

  private static List<JsonNode> copy(List<JsonNode> heard) {
    synchronized (heard) {
      return List.copyOf(heard);
    }
  }

  /** Seen to fail when nobody who has closed a connection stays for the grace. */
  @Test
  @Order(1)
  void threeDevicesThatComeAndGoOnBothNodesAreOneJoinAndOneLeave() {
    Random random = new Random(11);
    List<JsonNode> onA = new ArrayList<>();
    List<JsonNode> onB = new ArrayList<>();
    Person watcher = tenant.person("watcher");
    Person ann = tenant.person("ann");
    try (WsClient first = watch(watcher, onA);
        WsClient second = watch(watcher.at(serverB), onB)) {
      WsClient[] devices = new WsClient[3];
      for (int i = 0; i < 30; i++) {
        int which = random.nextInt(3);
        if (devices[which] == null) {
          devices[which] = (random.nextBoolean() ? ann : ann.at(serverB)).connect();
          devices[which].command("subscribe", "channel", room);
        } else {
          devices[which].close();
          devices[which] = null;
        }
        pause(random.nextInt(1_000));
      }
      for (WsClient device : devices) {
        if (device != null) {
          device.close();
        }
      }
      first.awaitFrame("the leave", PATIENCE, frame -> is(frame, "leave", ann.id()));
      second.awaitFrame("the leave", PATIENCE, frame -> is(frame, "leave", ann.id()));
      // Whoever comes now is told behind all that is on its way.
      Person last = tenant.person("last");
      try (WsClient fence = last.connect()) {
        fence.command("subscribe", "channel", room);
        first.awaitFrame("the last one", PATIENCE, frame -> is(frame, "join", last.id()));
        second.awaitFrame("the last one", PATIENCE, frame -> is(frame, "join", last.id()));
      }
      assertThat(events(copy(onA), ann.id())).containsExactly("join", "leave");
      assertThat(events(copy(onB), ann.id())).containsExactly("join", "leave");
    }
  }

  /** A person's pace, which is what the test is about. */
  private static void pause(int millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /**
   * P-04 and P-06. Seen to fail when what a killed node has said is never forgotten; when it is
   * forgotten with what others say of the same people; and when a node waits for the typist's own
   * word that they have stopped.
   */
  @Test
  @Order(2)
  void thePeopleOfAKilledNodeLeaveOnceWhoComesBackElsewhereDoesNotAndNobodyTypesForEver() {
    List<JsonNode> heard = new ArrayList<>();
    List<Person> people = new ArrayList<>();
    List<WsClient> sockets = new ArrayList<>();
    try (WsClient watcher = watch(tenant.person("watcher").at(serverB), heard)) {
      for (int i = 0; i < PEOPLE; i++) {
        Person person = tenant.person("p");
        people.add(person);
        sockets.add(person.connect());
      }
      sockets.forEach(socket -> socket.command("subscribe", "channel", room));
      Await.until("all are seen on the other node", () -> total() == PEOPLE + 1);
      Person typist = people.get(0);
      sockets.get(0).command("subscribe", "channel", room);
      sockets.get(0).sendText("{\"type\":\"typing\",\"channel\":\"" + room + "\",\"typing\":true}");
      watcher.awaitFrame("typing", frame -> isTyping(frame, typist, true));

      a.kill();
      long since = System.nanoTime();
      Person back = people.get(1);
      try (WsClient again = back.at(serverB).connect()) {
        again.command("subscribe", "channel", room);
        watcher.awaitFrame("no typing", frame -> isTyping(frame, typist, false));
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(6));
        Await.until("they are gone", () -> total() == 2);
        Duration took = Duration.ofNanos(System.nanoTime() - since);
        assertThat(took).isBetween(LEASE.minusSeconds(2), PATIENCE);
        // The pushes come one after the other, in parts.
        Await.until("every leave is told", () -> haveLeft(copy(heard), people, back));
        watcher.assertAlive();
        List<JsonNode> all = copy(heard);
        for (Person person : people) {
          assertThat(events(all, person.id()))
              .as(person.id())
              .isEqualTo(
                  person.id().equals(back.id()) ? List.of("join") : List.of("join", "leave"));
        }
        assertThat(new TreeSet<>(ids())).hasSize(2).contains(back.id());
      }
    } finally {
      sockets.forEach(WsClient::close);
    }
  }

  private static boolean haveLeft(List<JsonNode> frames, List<Person> people, Person back) {
    return people.stream()
        .map(Person::id)
        .filter(id -> !id.equals(back.id()))
        .allMatch(id -> events(frames, id).contains("leave"));
  }

  private static boolean isTyping(JsonNode frame, Person person, boolean typing) {
    return frame.path("type").asText().equals("typing")
        && frame.at("/user/id").asText().equals(person.id())
        && frame.path("typing").asBoolean() == typing;
  }

  private JsonNode page() {
    return tenantOnB.api().get("api/v1/channels/" + room + "/presence").expect(200).json();
  }

  private final Person tenantOnB = tenant.person("asker").at(serverB);

  private int total() {
    return page().get("total").asInt();
  }

  private List<String> ids() {
    List<String> ids = new ArrayList<>();
    page().get("users").forEach(user -> ids.add(user.get("id").asText()));
    return ids;
  }
}
