package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.Await;
import dev.parley.testkit.Background;
import dev.parley.testkit.BuildOutput;
import dev.parley.testkit.HistoryChecker;
import dev.parley.testkit.NodeProcess;
import dev.parley.testkit.Pace;
import dev.parley.testkit.Person;
import dev.parley.testkit.PollClient;
import dev.parley.testkit.PostgresProcess;
import dev.parley.testkit.Publisher;
import dev.parley.testkit.RecoveringClient;
import dev.parley.testkit.RecoveringClient.Transport;
import dev.parley.testkit.RedisProcess;
import dev.parley.testkit.ReverseProxy;
import dev.parley.testkit.ReverseProxy.Kind;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.SseClient;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.Tokens;
import dev.parley.testkit.WsClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two nodes behind a real nginx and a real HAProxy, with the files that {@code server-config} has
 * for them.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ProxyST {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Path DATA =
      BuildOutput.target().resolve("nodes").resolve(Tokens.unique("proxy")).resolve("data");

  private static final List<Transport> TRANSPORTS = List.of(Transport.values());

  private static PostgresProcess postgres;
  private static RedisProcess redis;
  private static NodeProcess.Builder builderOfA;
  private static NodeProcess a;
  private static NodeProcess b;
  private static final Map<Kind, ReverseProxy> PROXIES = new EnumMap<>(Kind.class);

  @BeforeAll
  static void start() {
    postgres = PostgresProcess.start();
    redis = RedisProcess.start();
    builderOfA = node("a");
    a = builderOfA.start();
    b = node("b").start();
    for (Kind kind : Kind.values()) {
      PROXIES.put(kind, ReverseProxy.of(kind, a, b).start());
    }
  }

  private static NodeProcess.Builder node(String name) {
    return NodeProcess.named("proxy-" + name)
        .properties(postgres.properties())
        .property("parley.redis.url", redis.url())
        .property("parley.node", name)
        .property("parley.connection.ping-interval", "PT0.5S")
        .dataFolder(DATA);
  }

  @AfterAll
  static void stop() throws Exception {
    List<AutoCloseable> all = new ArrayList<>(PROXIES.values());
    all.addAll(Arrays.asList(b, a, redis, postgres));
    for (AutoCloseable one : all) {
      if (one != null) {
        one.close();
      }
    }
  }

  private final String room = Tenant.room();

  @Order(1)
  @ParameterizedTest
  @EnumSource
  void anyNodeGoesOnWhereAnotherStoppedOverAnyTransport(Kind kind) {
    int total = 400;
    int cuts = 12;
    ServerUrl proxy = PROXIES.get(kind).url();
    Tenant tenant = new Tenant(proxy);
    HistoryChecker checker = new HistoryChecker(room);
    Pace pace = new Pace(total);
    pace.announce(this, 0);
    try (Background background = new Background();
        WsClient socket = tenant.person("ann").connect();
        RecoveringClient reader =
            new RecoveringClient(
                proxy,
                tenant.person("bob").token(),
                room,
                checker.subscriber("reader"),
                new Random(1))) {
      Api http = tenant.person("cid").api();
      background.run(() -> Publisher.over(socket, room, "w", checker).publish(total / 2, pace));
      background.run(() -> Publisher.over(http, room, "h", checker).publish(total / 2, pace));
      for (int i = 0; i < cuts; i++) {
        int at = (i + 1) * total / (cuts + 1);
        pace.announce(this, at);
        pace.awaitPublished(at);
        reader.connectLive(TRANSPORTS.get(i % TRANSPORTS.size()));
      }
      pace.finish(this);
      background.await(PATIENCE);
      reader.awaitOffset(total, PATIENCE);
      reader.assertNoFaults();
      assertThat(reader.losses()).as("%s", reader).isZero();
      assertThat(checker.assertValid().acknowledged()).isEqualTo(total);
    }
  }

  @Order(1)
  @ParameterizedTest
  @EnumSource
  void anEventArrivesBeforeTheNextOneIsSent(Kind kind) {
    Person ann = new Tenant(PROXIES.get(kind).url()).person("ann");
    try (SseClient stream = ann.sse(room).open()) {
      stream.awaitConnected();
      for (int i = 0; i < 20; i++) {
        ann.api().publish(room, "m" + i).expect(201);
        JsonNode message = stream.awaitMessage(room).json();
        assertThat(message.get("data").asText()).isEqualTo("m" + i);
      }
    }
  }

  @Order(1)
  @ParameterizedTest
  @EnumSource
  void aPollThatBeganOnOneNodeResumesOnTheOther(Kind kind) {
    ServerUrl nodeA = new ServerUrl(a.uri());
    ServerUrl nodeB = new ServerUrl(b.uri());
    Person ann = new Tenant(nodeA).person("ann");
    Person behindProxy = ann.at(PROXIES.get(kind).url());
    PollClient first = ann.poll(room);
    first.poll(0);
    behindProxy.api().publish(room, "one").expect(201);

    PollClient second = ann.at(nodeB).poll(room).from(first.cursor());
    assertThat(data(second.pollUntilMessages())).containsExactly("one");
    behindProxy.api().publish(room, "two").expect(201);
    PollClient third = behindProxy.poll(room).from(second.cursor());
    assertThat(data(third.pollUntilMessages())).containsExactly("two");
    // And one that is parked when something happens on another node.
    var parked = third.askAsync(20);
    ann.api().publish(room, "three").expect(201);
    assertThat(data(Await.result("the answer", parked).json())).containsExactly("three");
  }

  private static List<String> data(JsonNode answer) {
    return StreamSupport.stream(answer.get("messages").spliterator(), false)
        .map(message -> message.get("data").asText())
        .toList();
  }

  @Order(1)
  @ParameterizedTest
  @EnumSource
  void theOriginIsComparedWithTheHostThatTheBrowserKnows(Kind kind) {
    ServerUrl proxy = PROXIES.get(kind).url();
    Person ann = new Tenant(proxy).person("ann");
    String own = "http://" + proxy.root().getAuthority();
    try (WsClient socket = ann.ws().header("Origin", own).open()) {
      socket.awaitPush("connected");
    }
    ann.api().post("api/v1/tickets", "", "Origin", own).expect(200);
    int refused = ann.ws().header("Origin", "http://127.0.0.1:1").openRefused().statusCode();
    assertThat(refused).isEqualTo(403);
  }

  @Order(1)
  @ParameterizedTest
  @EnumSource
  void theLargestMessagePasses(Kind kind) {
    Person ann = new Tenant(PROXIES.get(kind).url()).person("ann");
    String large = "x".repeat(100_000);
    try (WsClient socket = ann.connect()) {
      socket.command("subscribe", "channel", room);
      ann.api().publish(room, large).expect(201);
      assertThat(socket.awaitMessage(room).get("data").asText()).isEqualTo(large);
      socket.command("publish", "channel", room, "data", large);
    }
    assertThat(ann.api().stored(room)).containsExactly(large, large);
  }

  /** The proxies give up after 2 s without a word; nodes give one each half second. */
  @Order(1)
  @Test
  void aSilentConnectionOutlivesTheTimeoutsOfTheProxyByItsHeartbeat() throws Exception {
    try (ReverseProxy nginx = impatient(Kind.NGINX);
        ReverseProxy haproxy = impatient(Kind.HAPROXY)) {
      List<AutoCloseable> open = new ArrayList<>();
      List<SseClient> streams = new ArrayList<>();
      List<WsClient> sockets = new ArrayList<>();
      for (ReverseProxy proxy : List.of(nginx, haproxy)) {
        Person ann = new Tenant(proxy.url()).person("ann");
        streams.add(ann.sse(ann.userChannel()).open());
        sockets.add(ann.connect());
      }
      open.addAll(streams);
      open.addAll(sockets);
      // Nothing but heartbeats for more than twice as long as the proxies wait.
      Await.until("nine heartbeats", () -> streams.stream().allMatch(s -> s.comments() >= 9));
      sockets.forEach(WsClient::assertAlive);
      assertThat(streams).noneMatch(stream -> stream.ended().isDone());
      for (AutoCloseable one : open) {
        one.close();
      }
    }
  }

  private static ReverseProxy impatient(Kind kind) {
    return ReverseProxy.of(kind, a, b).replacing("75s", "2s").start();
  }

  /**
   * Under load through both proxies: node A is killed, comes back, and then node B is drained. A
   * publish over HTTP under a key is answered well in any case, and whoever lost a connection gets
   * the next one at the first attempt.
   */
  @Order(2)
  @Test
  void aNodeIsKilledAndTheOtherDrainedAndNothingIsLost() throws Exception {
    try (MovingLoad nginx = load(Kind.NGINX);
        MovingLoad haproxy = load(Kind.HAPROXY)) {
      List<MovingLoad> loads = List.of(nginx, haproxy);
      for (MovingLoad load : loads) {
        load.start();
      }
      a.kill();
      for (Kind kind : Kind.values()) {
        withAQueryToken(kind, nginx.tenant);
      }
      a = builderOfA.start();
      for (Kind kind : Kind.values()) {
        awaitNewcomersOn("a", kind, nginx.tenant);
      }

      Person admin = nginx.tenant.admin("admin").at(new ServerUrl(b.uri()));
      admin.api().post("api/v1/admin/drain", "{\"window\":3}").expect(202);
      for (Kind kind : Kind.values()) {
        withAQueryToken(kind, nginx.tenant);
      }
      Await.until("everybody is gone", () -> ListedNode.stateOf(admin, "b").equals("drained 0"));
      for (MovingLoad load : loads) {
        load.finish();
        load.sockets.forEach(s -> assertThat(s.losses()).as("%s", s).isLessThanOrEqualTo(2));
      }
      for (ReverseProxy proxy : PROXIES.values()) {
        assertThat(proxy.log()).contains("/parley/ws").contains("101").doesNotContain("token=");
      }
    }
  }

  private static MovingLoad load(Kind kind) {
    ServerUrl url = PROXIES.get(kind).url();
    return new MovingLoad(
        url, url, new MovingLoad.Size(8, 2, 4, Duration.ZERO, false, Duration.ofSeconds(30)));
  }

  /** Several, so that the node that is away has its turn. */
  private static void withAQueryToken(Kind kind, Tenant tenant) {
    Person late = tenant.person("late").at(PROXIES.get(kind).url());
    for (int i = 0; i < 6; i++) {
      try (WsClient socket = WsClient.to(late.server()).query("token=" + late.token()).open()) {
        socket.awaitPush("connected");
      }
      late.api().publish("room:late", Map.of("n", i)).expect(201);
    }
  }

  /** The proxy has found out that the node is back. */
  private static void awaitNewcomersOn(String node, Kind kind, Tenant tenant) {
    Person late = tenant.person("newcomer").at(PROXIES.get(kind).url());
    Await.until(
        "somebody comes to " + node + " through " + kind,
        () -> {
          try (WsClient socket = late.ws().open()) {
            return socket.awaitPush("connected").get("node").asText().equals(node);
          }
        });
  }
}
