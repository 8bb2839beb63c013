package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.protocol.StreamPosition;
import dev.parley.testkit.Api;
import dev.parley.testkit.Await;
import dev.parley.testkit.Background;
import dev.parley.testkit.BuildOutput;
import dev.parley.testkit.FaultProxy;
import dev.parley.testkit.FaultProxy.Mode;
import dev.parley.testkit.HistoryChecker;
import dev.parley.testkit.HistoryChecker.Verdict;
import dev.parley.testkit.NodeProcess;
import dev.parley.testkit.Pace;
import dev.parley.testkit.Person;
import dev.parley.testkit.PostgresProcess;
import dev.parley.testkit.Publisher;
import dev.parley.testkit.Recorder;
import dev.parley.testkit.RecoveringClient;
import dev.parley.testkit.RecoveringClient.Transport;
import dev.parley.testkit.RedisProcess;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.TestRoom;
import dev.parley.testkit.TlsFiles;
import dev.parley.testkit.Tokens;
import dev.parley.testkit.WsClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/**
 * Two nodes on one PostgreSQL and one Redis that fails in every way. Node A reaches Redis through a
 * proxy, node B directly; where the operating system has a Redis 7, with TLS and as a user with no
 * more rights than the documentation asks for.
 */
class TwoNodesST {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int LOAD = 1500;

  private static PostgresProcess postgres;
  private static RedisProcess redis;
  private static FaultProxy proxy;
  private static NodeProcess a;
  private static NodeProcess b;

  private final String room = Tenant.room();
  private final HistoryChecker checker = new HistoryChecker(room);
  private Person annOnA;
  private Person bobOnB;
  private Api adminOfB;

  @BeforeAll
  static void startAll() {
    postgres = PostgresProcess.start();
    boolean secured = RedisProcess.installed().isPresent();
    TlsFiles tls = secured ? TlsFiles.of("localhost") : null;
    redis = secured ? RedisProcess.startSecured(tls) : RedisProcess.start();
    proxy = FaultProxy.before(redis.port());
    a = node("a", "redis://127.0.0.1:" + proxy.port()).start();
    // After the first one, which makes the key that both issue tokens with.
    NodeProcess.Builder builderOfB = node("b", secured ? redis.securedUrl() : redis.url());
    if (secured) {
      tls.trustOptions().forEach(builderOfB::jvmOption);
    }
    b = builderOfB.start();
  }

  private static NodeProcess.Builder node(String name, String redisUrl) {
    return NodeProcess.named("two-nodes-" + name)
        .properties(postgres.properties())
        .property("parley.redis.url", redisUrl)
        .property("parley.redis.down-grace", "PT1S")
        .dataFolder(BuildOutput.target().resolve("nodes").resolve("two-nodes-key"));
  }

  @AfterAll
  static void stopAll() throws Exception {
    for (AutoCloseable one : new AutoCloseable[] {b, a, proxy, redis, postgres}) {
      if (one != null) {
        one.close();
      }
    }
  }

  @BeforeEach
  void everythingIsUp() {
    ServerUrl serverA = new ServerUrl(a.uri());
    ServerUrl serverB = new ServerUrl(b.uri());
    Tenant tenant = new Tenant(serverA);
    annOnA = tenant.person("ann");
    Person bob = tenant.person("bob");
    bobOnB = new Person(serverB, bob.id(), bob.org(), bob.token());
    String admin = new Tokens(serverA).with("admin", tenant.org(), List.of("admin"));
    adminOfB = new Api(serverB, admin);
    awaitReady(annOnA.api(), 200);
    awaitReady(bobOnB.api(), 200);
  }

  /** Seen to fail when announcements stay on their node: the comparison with the log is slower. */
  @Test
  void whatIsPublishedOnOneNodeArrivesOnTheOtherAtOnceAndOnce() {
    try (WsClient ann = annOnA.connect();
        WsClient bob = bobOnB.connect()) {
      bob.command("subscribe", "channel", room);
      ann.command("publish", "channel", room, "data", "first");
      assertThat(bob.awaitMessage(room).get("data").asText()).isEqualTo("first");
      long start = System.nanoTime();
      for (int i = 0; i < 20; i++) {
        ann.command("publish", "channel", room, "data", "m" + i);
        assertThat(bob.awaitMessage(room).get("data").asText()).isEqualTo("m" + i);
      }
      assertThat(since(start)).isLessThan(Duration.ofSeconds(5));
      bob.assertNoMessage(room);
    }
  }

  /** The rest of this class shows that the bus works in this way, too. */
  @Test
  void theSecondNodeReachesRedisWithTlsAndAsAUserOfItsOwn() {
    Assumptions.assumeTrue(RedisProcess.installed().isPresent(), "there is no Redis 7 here");
    try (Jedis client = redis.connect()) {
      List<String> ofB =
          client
              .clientList()
              .lines()
              .filter(line -> line.contains(" user=" + RedisProcess.USER + " "))
              .toList();
      // One that publishes and one that listens.
      assertThat(ofB).hasSize(2).allMatch(line -> line.contains(":" + redis.tlsPort() + " "));
    }
    assertThat(b.log()).content().contains("STANDALONE at [localhost").doesNotContain("pass@word");
  }

  /** B-01. Seen to fail when neither a gap nor a comparison with the log is a reason to read it. */
  @Test
  void redisIsKilledAndRestartedUnderLoadAndNothingIsLost() {
    underLoad(
        3,
        round -> {
          redis.kill();
          redis.startAgain();
        });
    try (WsClient ann = annOnA.connect();
        WsClient bob = bobOnB.connect()) {
      awaitReady(bobOnB.api(), 200);
      bob.command("subscribe", "channel", room);
      ann.command("publish", "channel", room, "data", "again");
      bob.awaitFrame("the next", Duration.ofSeconds(5), has("again"));
    }
  }

  /**
   * B-02. Seen to fail when neither a gap nor a comparison nor the end of a break is a reason to
   * read the log.
   */
  @Test
  void subscribersAreKilledUnderLoadAndNothingIsLost() {
    double before = metricOfB("parley_bus_reconnects_total");
    underLoad(5, round -> redis.killSubscribers());
    assertThat(metricOfB("parley_bus_reconnects_total")).isGreaterThanOrEqualTo(before + 3);
  }

  /**
   * B-03. A Redis that answers nothing delays no publish, and messages cross by way of the log.
   * Seen to fail when an announcement waits for Redis's answer.
   */
  @Test
  void aFrozenRedisDelaysNoPublishAndTurnsReadinessRed() {
    try (WsClient ann = annOnA.connect();
        WsClient bob = bobOnB.connect()) {
      bob.command("subscribe", "channel", room);
      Duration usual = slowestUsual(ann, "usual");
      redis.pause();
      try {
        Duration frozen = slowestUsual(ann, "frozen");
        assertThat(frozen).isLessThan(usual.plusMillis(200));
        bob.awaitFrame("the last one", Duration.ofSeconds(5), has("frozen 99"));
        awaitReady(bobOnB.api(), 503);
        assertThat(metricOfB("parley_bus_up")).isZero();
        // The bus is known to be down: a join does not wait for it, and news cross soon.
        bob.command("subscribe", "channel", Tenant.room());
        long start = System.nanoTime();
        ann.command("publish", "channel", room, "data", "without the bus");
        bob.awaitFrame("it", Duration.ofSeconds(3), has("without the bus"));
        assertThat(since(start)).isLessThan(Duration.ofSeconds(2));
      } finally {
        redis.resume();
      }
      awaitReady(bobOnB.api(), 200);
      assertThat(metricOfB("parley_bus_up")).isEqualTo(1);
    }
  }

  /** The 95th of 100 answers in the order of their slowness. */
  private Duration slowestUsual(WsClient ann, String prefix) {
    List<Duration> taken = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      long start = System.nanoTime();
      ann.command("publish", "channel", room, "data", prefix + " " + i);
      taken.add(since(start));
    }
    return taken.stream().sorted().toList().get(94);
  }

  /**
   * B-05 and B-06. Node A alone is cut off from Redis, without a sign; to node B all is well. Seen
   * to fail when positions are not compared with the log.
   */
  @Test
  void whatIsLostWithoutASignIsFoundInTheLog() {
    try (WsClient ann = annOnA.connect();
        WsClient local = annOnA.connect();
        WsClient bob = bobOnB.connect()) {
      bob.command("subscribe", "channel", room);
      local.command("subscribe", "channel", room);
      double repaired = metricOfB("parley_gaps_repaired_total");
      proxy.set(Mode.BLACK_HOLE);
      try {
        long start = System.nanoTime();
        ann.command("publish", "channel", room, "data", "swallowed");
        local.awaitFrame("the local delivery", Duration.ofSeconds(1), has("swallowed"));
        bob.awaitFrame("what the log has", Duration.ofSeconds(5), has("swallowed"));
        assertThat(since(start)).isLessThan(Duration.ofSeconds(4));
        assertThat(metricOfB("parley_gaps_repaired_total")).isGreaterThan(repaired);
        // The other direction: A is cut off and knows it soon.
        bob.command("publish", "channel", room, "data", "to the other side");
        local.awaitFrame("what B has published", Duration.ofSeconds(5), has("to the other side"));
      } finally {
        proxy.set(Mode.PASS);
      }
    }
  }

  /**
   * Z-02. Who is put out of a room on node A stops on node B, where 100 messages a second come in:
   * at once when it is heard, and within a second when it is swallowed without a sign. From the
   * push that says so everything is refused. Seen to fail when nobody asks who may still read, and
   * when what is remembered of the members counts for long.
   */
  @Test
  void whoIsRemovedOnOneNodeStopsReceivingOnTheOtherWithinASecond() {
    for (Mode mode : List.of(Mode.PASS, Mode.BLACK_HOLE)) {
      TestRoom team = TestRoom.create(annOnA, "private").with(bobOnB, "member");
      Recorder<JsonNode> received = new Recorder<>();
      try (WsClient ann = annOnA.connect();
          WsClient bob = bobOnB.ws().tap(frame -> note(frame, team, received)).open();
          Stream100 stream = new Stream100(ann, team.channel())) {
        ann.command("subscribe", "channel", team.channel());
        bob.command("subscribe", "channel", team.channel());
        bob.command("publish", "channel", team.channel(), "data", "still a member");
        stream.awaitMore(50);
        proxy.set(mode);
        team.remove(annOnA, bobOnB).expect(204);
        long removed = System.nanoTime();
        JsonNode end = bob.awaitFrame("the end", Duration.ofSeconds(5), isEndOf(team));
        assertThat(since(removed)).as("%s", mode).isLessThan(Duration.ofSeconds(1));
        assertThat(end.get("reason").asText()).isNotEmpty();
        assertRefused(bob, team);
        assertRefused(bobOnB, team);
        stream.awaitMore(150);
        assertNothingLate(ann, team, received);
      } finally {
        proxy.set(Mode.PASS);
      }
    }
  }

  /**
   * What is read on one device is read on the others, on whatever node: within a second when it is
   * heard, and with a comparison when it is swallowed without a sign.
   *
   * <p>Seen to fail without that comparison. The push to the person's own channel alone may be left
   * out unnoticed: a node that hears of the room's compares then.
   */
  @Test
  void whatIsReadOnOneNodeIsReadOnTheOtherWithinASecondAndFoundWhenItIsSwallowed() {
    Person bobOnA = bobOnB.at(annOnA.server());
    try (WsClient ann = annOnA.connect();
        WsClient annsLaptop = annOnA.at(bobOnB.server()).connect();
        WsClient phone = bobOnA.connect();
        WsClient laptop = bobOnB.connect()) {
      annsLaptop.command("subscribe", "channel", room);
      int offset = 0;
      for (Mode mode : List.of(Mode.PASS, Mode.BLACK_HOLE)) {
        ann.command("publish", "channel", room, "data", "to be read");
        offset++;
        proxy.set(mode);
        try {
          long start = System.nanoTime();
          phone.command("read", "channel", room, "offset", offset);
          JsonNode own = laptop.awaitFrame("bob's own", Duration.ofSeconds(8), hasRead(offset));
          assertThat(own.get("unread").asLong()).isZero();
          JsonNode others = annsLaptop.awaitFrame("bob's", Duration.ofSeconds(8), hasRead(offset));
          assertThat(others.has("unread")).isFalse();
          assertThat(since(start))
              .as("%s", mode)
              .isLessThan(Duration.ofSeconds(mode == Mode.PASS ? 1 : 5));
        } finally {
          proxy.set(Mode.PASS);
        }
      }
    }
  }

  private Predicate<JsonNode> hasRead(long offset) {
    return frame ->
        frame.path("type").asText().equals("receipt")
            && frame.path("channel").asText().equals(room)
            && frame.path("read").asLong() == offset;
  }

  /** Publishes 100 messages a second until it is closed. */
  private static final class Stream100 implements AutoCloseable {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger stored = new AtomicInteger();

    Stream100(WsClient publisher, String channel) {
      var unused =
          timer.scheduleAtFixedRate(
              () -> {
                var unusedReply =
                    publisher
                        .commandAsync("publish", "channel", channel, "data", "tick")
                        .thenAccept(reply -> stored.incrementAndGet());
              },
              0,
              10,
              TimeUnit.MILLISECONDS);
    }

    void awaitMore(int messages) {
      int goal = stored.get() + messages;
      Await.until(messages + " more", () -> stored.get() >= goal);
    }

    @Override
    public void close() {
      timer.shutdownNow();
    }
  }

  private static void note(JsonNode frame, TestRoom team, Recorder<JsonNode> received) {
    if (frame.path("channel").asText().equals(team.channel()) && !frame.has("id")) {
      received.record(frame);
    }
  }

  private static Predicate<JsonNode> isEndOf(TestRoom team) {
    return frame ->
        frame.path("type").asText().equals("unsubscribed")
            && frame.path("channel").asText().equals(team.channel());
  }

  /** The removal is a message of the room, which says when it was. */
  private static void assertNothingLate(WsClient ann, TestRoom team, Recorder<JsonNode> received) {
    JsonNode removal =
        ann.awaitFrame(
            "the removal",
            Duration.ofSeconds(5),
            frame ->
                frame.path("event").asText().equals("member-removed")
                    && frame.path("channel").asText().equals(team.channel()));
    Instant last = Instant.parse(removal.get("time").asText()).plusSeconds(1);
    List<JsonNode> all = received.rest();
    assertThat(all).hasSizeGreaterThan(20);
    assertThat(all.stream().filter(frame -> frame.has("time")))
        .allMatch(frame -> !Instant.parse(frame.get("time").asText()).isAfter(last));
    assertThat(all.get(all.size() - 1).get("type").asText()).isEqualTo("unsubscribed");
  }

  private static void assertRefused(WsClient bob, TestRoom team) {
    String message = "0193a0f2-7c1e-7000-8000-000000000000";
    String channel = team.channel();
    bob.rejected("not_found", "history", "channel", channel);
    bob.rejected("not_found", "presence", "channel", channel);
    bob.rejected("not_found", "typing", "channel", channel, "typing", true);
    bob.rejected("not_found", "read", "channel", channel, "offset", 1);
    bob.rejected("not_found", "publish", "channel", channel, "data", "x");
    bob.rejected("not_found", "update", "channel", channel, "messageId", message, "data", "x");
    bob.rejected("not_found", "subscribe", "channel", channel);
  }

  private static void assertRefused(Person bob, TestRoom team) {
    bob.api().history(team.channel(), "").problem(404, "not_found");
    bob.api().get("api/v1/channels/" + team.channel() + "/presence").problem(404, "not_found");
    bob.sse(team.channel()).openRefused().problem(404, "not_found");
    bob.poll(team.channel()).ask(0).problem(404, "not_found");
  }

  /**
   * Where nobody reads the room nothing is heard of it, and what is remembered of a member counts
   * until it was not confirmed twice: less than a second. Seen to fail when it is believed for
   * three seconds.
   */
  @Test
  void whoIsRemovedIsRefusedWithinASecondWhereNobodyReads() {
    TestRoom team = TestRoom.create(annOnA, "private").with(bobOnB, "member");
    bobOnB.api().publish(team.channel(), "a member").expect(201);
    bobOnB.api().history(team.channel(), "").expect(200);
    team.remove(annOnA, bobOnB).expect(204);
    long removed = System.nanoTime();
    Duration lastLetIn = Duration.ZERO;
    Duration asked = Duration.ZERO;
    while (asked.compareTo(Duration.ofSeconds(5)) < 0
        && bobOnB.api().history(team.channel(), "").status() == 200) {
      lastLetIn = asked;
      asked = since(removed);
    }
    assertThat(lastLetIn).isLessThan(Duration.ofSeconds(1));
    assertRefused(bobOnB, team);
  }

  /** Nobody has subscribed to anything: the conversation begins, heard or not. */
  @Test
  void aDirectMessageReachesTheOtherNodeThoughItsBeginningIsSwallowed() {
    for (Mode mode : List.of(Mode.PASS, Mode.BLACK_HOLE)) {
      Tenant tenant = new Tenant(annOnA.server());
      Person ann = tenant.person("ann");
      Person bob = tenant.person("bob").at(bobOnB.server());
      try (WsClient anns = ann.connect();
          WsClient bobs = bob.connect()) {
        proxy.set(mode);
        anns.command("publish", "channel", "direct:" + bob.id(), "data", "hello");
        JsonNode message = bobs.awaitFrame("it", Duration.ofSeconds(5), has("hello"));
        assertThat(message.get("channel").asText()).isEqualTo("direct:" + ann.id());
      } finally {
        proxy.set(Mode.PASS);
      }
    }
  }

  /** B-07. Seen to fail when the signature is not compared. */
  @Test
  void forgedAnnouncementsAreDroppedAndCounted() {
    try (WsClient ann = annOnA.connect();
        WsClient bob = bobOnB.connect();
        Jedis stranger = redis.connect()) {
      JsonNode start = bob.command("subscribe", "channel", room);
      ann.command("publish", "channel", room, "data", "real");
      bob.awaitMessage(room);
      double before = rejectedByB();
      byte[] topic = bytes("parley/c/" + annOnA.org() + "/" + room);
      StreamPosition next = new StreamPosition(start.at("/epoch").asText("e"), 2);
      EnvelopeCodec forger = new EnvelopeCodec(bytes("a key that the forger has"), 1000);
      BusMessage forged = new BusMessage(1, next, "message", 0, "{\"data\":\"forged\"}");
      for (int i = 0; i < 500; i++) {
        stranger.publish(topic, forger.encode(topic, forged));
        stranger.publish(topic, bytes("garbage " + i));
      }
      assertThat(stranger.publish(topic, new byte[3 << 20])).isPositive();
      Await.until("all are counted", () -> rejectedByB() >= before + 1001);
      ann.command("publish", "channel", room, "data", "real too");
      assertThat(bob.awaitMessage(room).get("data").asText()).isEqualTo("real too");
      bob.assertNoMessage(room);
    }
  }

  private double rejectedByB() {
    return metricOfB("parley_bus_rejected_total\\{reason=\"\\w+\"\\}");
  }

  /** Something that happens to Redis. */
  private interface Fault {
    void happen(int round);
  }

  /** Publishers and readers on both nodes while Redis fails several times. */
  private void underLoad(int rounds, Fault fault) {
    Pace pace = new Pace(LOAD);
    pace.announce(this, 0);
    try (WsClient ann = annOnA.connect();
        WsClient bob = bobOnB.connect();
        RecoveringClient onA = reader(annOnA);
        RecoveringClient onB = reader(bobOnB);
        Background background = new Background()) {
      background.run(() -> Publisher.over(ann, room, "a", checker).publish(LOAD / 2, pace));
      background.run(() -> Publisher.over(bob, room, "b", checker).publish(LOAD / 2, pace));
      for (int round = 0; round < rounds; round++) {
        int at = (round + 1) * LOAD / (rounds + 1);
        pace.announce(this, at);
        pace.awaitPublished(at);
        fault.happen(round);
      }
      pace.finish(this);
      background.await(PATIENCE);
      for (RecoveringClient reader : List.of(onA, onB)) {
        reader.awaitOffset(LOAD, Duration.ofSeconds(10));
        reader.assertNoFaults();
        assertThat(reader.losses()).as("connections that broke").isZero();
      }
    }
    Verdict verdict = checker.assertValid();
    assertThat(verdict.acknowledged()).isEqualTo(LOAD);
  }

  private RecoveringClient reader(Person person) {
    RecoveringClient reader =
        new RecoveringClient(
            person.server(),
            person.token(),
            room,
            checker.subscriber(person.server().toString()),
            new Random(1));
    reader.connectLive(Transport.WEBSOCKET);
    return reader;
  }

  private static void awaitReady(Api api, int status) {
    Await.until("health/ready is " + status, () -> api.get("health/ready").status() == status);
  }

  /** The sum of all values under this name. */
  private double metricOfB(String name) {
    String all = adminOfB.get("metrics").expect(200).text();
    Matcher value = Pattern.compile("(?m)^" + name + " ([0-9.E+]+)$").matcher(all);
    return value.results().mapToDouble(found -> Double.parseDouble(found.group(1))).sum();
  }

  private static Predicate<JsonNode> has(String data) {
    return frame -> frame.path("data").asText().equals(data);
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
