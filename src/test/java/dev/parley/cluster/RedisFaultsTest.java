package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.StreamPosition;
import dev.parley.testkit.Await;
import dev.parley.testkit.FaultProxy;
import dev.parley.testkit.FaultProxy.Mode;
import dev.parley.testkit.Recorder;
import dev.parley.testkit.RedisProcess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** The bus while Redis fails, in all the ways in which it does. */
class RedisFaultsTest {
  private static final ChannelKey ROOM = channel("room:a");
  private static final ChannelKey FENCE = channel("room:fence");
  private static final String TOPIC = "parley/c/acme/room:a";

  private final RedisProcess redis = RedisProcess.start();
  private final FaultProxy proxy = FaultProxy.before(redis.port());
  private final RedisBuses buses = new RedisBuses("redis://127.0.0.1:" + proxy.port());
  private final Recorder<Envelope> heard = new Recorder<>();
  private final Recorder<StreamPosition> moved = new Recorder<>();
  private final Recorder<String> checks = new Recorder<>();
  private JedisClusterBus teller;
  private JedisClusterBus hearer;

  @BeforeEach
  void startNodes() {
    teller = buses.startUp();
    hearer = buses.start(new Listener());
    Await.until("the bus is up", hearer::isUp);
    checks.await("the first connection", any -> true);
    subscribe(ROOM);
    subscribe(FENCE);
  }

  @AfterEach
  void end() {
    buses.close();
    proxy.close();
    redis.close();
  }

  private final class Listener implements BusListener {
    @Override
    public void heard(Envelope envelope) {
      heard.record(envelope);
      if (envelope.body().equals("poison")) {
        throw new IllegalStateException("a listener with a bug, as the test wants it");
      }
    }

    @Override
    public void moved(ChannelKey channel, StreamPosition position) {
      moved.record(position);
    }

    @Override
    public void mayHaveMissed() {
      checks.record("check");
    }
  }

  /** Seen to fail when the new connection subscribes to the canary only. */
  @Test
  void afterARestartEverythingIsHeardAgainAndTheLogIsChecked() {
    redis.kill();
    Await.until("the bus is down", () -> !hearer.isUp() && !teller.isUp());
    assertThat(hearer.outage()).isPositive();
    redis.startAgain();
    checks.await("the log is checked", any -> true);
    Await.until("the bus is up", () -> hearer.isUp() && teller.isUp());
    assertIsHeard("after the restart");
  }

  @Test
  void aKilledSubscriberComesBack() {
    for (int round = 0; round < 5; round++) {
      assertThat(redis.killSubscribers()).isPositive();
      checks.await("the log is checked", any -> true);
      Await.until("the bus is up", hearer::isUp);
      assertIsHeard("round " + round);
    }
  }

  /** Seen to fail when the read of the subscriber has no limit. */
  @Test
  void aSilentConnectionIsNoticedAndReplaced() {
    proxy.set(Mode.BLACK_HOLE);
    Await.until("the silence is noticed", () -> !hearer.isUp());
    proxy.set(Mode.PASS);
    checks.await("the log is checked", any -> true);
    Await.until("the bus is up", () -> hearer.isUp() && teller.isUp());
    assertIsHeard("after the silence");
  }

  @Test
  void aFrozenRedisBlocksNobodyAndWhatWaitsComesLater() {
    redis.pause();
    long start = System.nanoTime();
    for (int i = 0; i < 1000; i++) {
      teller.announce(envelope(ROOM, i + 1, "frozen"));
    }
    Await.result(
        "a subscription without Redis",
        Duration.ofSeconds(5),
        hearer.subscribe(channel("room:new")).toCompletableFuture());
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    redis.resume();
    Await.until("the bus is up", () -> hearer.isUp() && teller.isUp());
    assertIsHeard("after the frost");
  }

  @Test
  void theNodesOwnAnnouncementsNeedNoRedis() {
    redis.kill();
    hearer.announce(envelope(ROOM, 1, "own"));
    assertThat(heard.await("its own", Duration.ZERO, any -> true).body()).isEqualTo("own");
  }

  @Test
  void whatHasNoRoomIsDroppedAndCounted() {
    redis.kill();
    Await.until("the bus is down", () -> !teller.isUp());
    // More than one batch too many, because one may be under way when the connection breaks.
    for (int i = 0; i < HintQueue.MAX_COUNT + 2000; i++) {
      teller.announce(envelope(ROOM, i + 1, ""));
    }
    assertThat(buses.count("parley.bus.dropped", "reason", "overflow")).isBetween(1.0, 2000.0);
  }

  /** Seen to fail when the signature is not compared. */
  @Test
  void whoHasNotTheKeyCanForgeNothing() {
    EnvelopeCodec forger = new EnvelopeCodec(bytes("a key that the forger has"), 1000);
    EnvelopeCodec ours = new EnvelopeCodec(RedisBuses.KEY, 1000);
    BusMessage message = new BusMessage(1, new StreamPosition("e", 9), "message", 0, "forged");
    byte[] old = ours.encode(bytes(TOPIC), message);
    old[0] = 0;
    try (Jedis stranger = redis.connect()) {
      for (int i = 0; i < 1000; i++) {
        stranger.publish(bytes(TOPIC), bytes("{\"garbage\":true,\"offset\":" + i + "}"));
      }
      stranger.publish(bytes(TOPIC), new byte[0]);
      stranger.publish(bytes(TOPIC), forger.encode(bytes(TOPIC), message));
      stranger.publish(bytes(TOPIC), ours.encode(bytes("parley/c/acme/room:b"), message));
      stranger.publish(bytes(TOPIC), old);
      stranger.publish(bytes(TOPIC), new byte[EnvelopeCodec.MAX_SIZE + 1]);
    }
    assertIsHeard("a real one");
    assertThat(heard.rest()).isEmpty();
    assertThat(buses.count("parley.bus.rejected", "reason", "forged")).isEqualTo(3);
    assertThat(buses.count("parley.bus.rejected", "reason", "version")).isEqualTo(1001);
    assertThat(buses.count("parley.bus.rejected", "reason", "oversized")).isEqualTo(1);
    assertThat(hearer.isUp()).isTrue();
  }

  /** Nobody can pretend that the bus works, or end it, by writing to the canary's topic. */
  @Test
  void aForgedCanaryChangesNothing() {
    try (Jedis stranger = redis.connect()) {
      Await.until("both listen", () -> stranger.pubsubChannels("parley/canary/*").size() == 2);
      for (String topic : stranger.pubsubChannels("parley/canary/*")) {
        stranger.publish(topic, "tweet");
      }
    }
    assertIsHeard("all the same");
    Await.until(
        "both refuse it", () -> buses.count("parley.bus.rejected", "reason", "forged") == 2);
  }

  @Test
  void aListenerThatFailsDoesNotCostTheConnection() {
    teller.announce(envelope(ROOM, 1, "poison"));
    heard.await("the poison", envelope -> envelope.body().equals("poison"));
    assertIsHeard("the next one");
    checks.assertNone("new connection", any -> true);
  }

  @Test
  void ofWhatIsTooLargeOnlyThePositionIsHeard() {
    try (RedisBuses small = new RedisBuses(redis.url()).with("parley.redis.max-body", "10")) {
      small.startUp().announce(envelope(ROOM, 42, "eleven char"));
      assertThat(moved.await("the position", any -> true)).isEqualTo(new StreamPosition("e", 42));
      assertThat(heard.rest()).isEmpty();
    }
  }

  @Test
  void twoInstallationsCanUseOneRedis() {
    try (RedisBuses others = new RedisBuses(redis.url()).with("parley.redis.prefix", "other")) {
      JedisClusterBus other = others.startUp();
      other.announce(envelope(ROOM, 1, "of others"));
      Await.until("it is sent", other::isIdle);
      assertIsHeard("ours");
      assertThat(heard.rest()).isEmpty();
    }
  }

  private void assertIsHeard(String body) {
    teller.announce(envelope(FENCE, 1, body));
    heard.await(body, envelope -> envelope.body().equals(body));
  }

  private void subscribe(ChannelKey channel) {
    Await.result("the subscription", hearer.subscribe(channel).toCompletableFuture());
  }

  private static Envelope envelope(ChannelKey channel, long offset, String body) {
    return new Envelope(channel, new StreamPosition("e", offset), "message", 0, body);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static ChannelKey channel(String name) {
    return new ChannelKey(new OrgId("acme"), new ChannelName(name));
  }
}
