package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.Background;
import dev.parley.testkit.Chaos;
import dev.parley.testkit.FaultProxy.Mode;
import dev.parley.testkit.HistoryChecker;
import dev.parley.testkit.Person;
import dev.parley.testkit.Publisher;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.Witness;
import dev.parley.testkit.WsClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Redis is away, for one node or for both, while people talk: later, but everything. */
@ExtendWith(ChaosCluster.Shared.class)
class BusChaosST {
  /** Across nodes without a bus. */
  private static final Duration ACROSS_WITHIN = Duration.ofSeconds(3);

  /** To whom is at the same node, on a busy machine. */
  private static final Duration AT_HOME_WITHIN = Duration.ofSeconds(1);

  private static final int SAMPLES = Chaos.count(300, 2000);

  private final ChaosCluster cluster;
  private final String room = Tenant.room();
  private final HistoryChecker checker = new HistoryChecker(room);
  private final AtomicBoolean over = new AtomicBoolean();
  private final Background background = new Background();
  private final List<WsClient> sockets = new ArrayList<>();

  /** When each value was sent, by the node at which it was. */
  private final List<Map<String, Long>> sent =
      List.of(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());

  private Tenant tenant;
  private Witness onA;
  private Witness onB;

  BusChaosST(ChaosCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void everybodyIsThere() {
    cluster.mend();
    tenant = cluster.tenant();
    onA = new Witness(person(0), room, "on A", checker);
    onB = new Witness(person(1), room, "on B", checker);
  }

  @AfterEach
  void close() {
    over.set(true);
    background.close();
    onA.close();
    onB.close();
    sockets.forEach(WsClient::close);
  }

  /** With Redis stopped. Seen to fail when positions are not compared with the log. */
  @Test
  void withoutRedisPeopleAtOneNodeNoticeNothingAndThoseAtTheOtherHearWithinSeconds() {
    talk();
    cluster.stopRedis();
    Map<String, Long> before = sentSoFar();
    Chaos.last(Duration.ofSeconds(Chaos.seconds(8, 60)));
    cluster.startRedis();
    Chaos.last(Duration.ofSeconds(1));
    finish();
    for (int node = 0; node < 2; node++) {
      Map<String, Long> during = new HashMap<>(sent.get(node));
      during.keySet().removeAll(before.keySet());
      List<Duration> atHome = witness(node).delays(during);
      List<Duration> across = witness(1 - node).delays(during);
      assertThat(atHome).hasSameSizeAs(during.keySet()).hasSizeGreaterThan(50);
      assertThat(across).hasSameSizeAs(during.keySet());
      Chaos.report("without Redis: at home " + summary(atHome) + ", across " + summary(across));
      assertThat(percentile(atHome, 99)).isLessThan(AT_HOME_WITHIN);
      assertThat(across.get(across.size() - 1)).isLessThan(ACROSS_WITHIN);
    }
  }

  /** B-06. Seen to fail when readiness does not look at the bus. */
  @Test
  void aNodeThatIsCutOffFromRedisServesItsPeopleSaysSoAndCatchesUp() {
    talk();
    cluster.redisOfA.set(Mode.BLACK_HOLE);
    Map<String, Long> before = sentSoFar();
    try {
      cluster.a.awaitReady(503);
      assertThat(cluster.a.health("ready").text())
          .contains("{\"name\":\"bus\",\"status\":\"DOWN\"}")
          .contains("{\"name\":\"database\",\"status\":\"UP\"}");
      assertThat(cluster.a.health("live").status()).isEqualTo(200);
      assertThat(cluster.b.health("ready").status()).isEqualTo(200);
      Chaos.last(Duration.ofSeconds(Chaos.seconds(3, 30)));
    } finally {
      cluster.redisOfA.set(Mode.PASS);
    }
    cluster.a.awaitReady(200);
    finish();
    Map<String, Long> fromA = new HashMap<>(sent.get(0));
    fromA.keySet().removeAll(before.keySet());
    List<Duration> atHome = onA.delays(fromA);
    Chaos.report("node A without Redis: at home " + summary(atHome));
    assertThat(atHome).hasSameSizeAs(fromA.keySet()).hasSizeGreaterThan(50);
    assertThat(percentile(atHome, 99)).isLessThan(AT_HOME_WITHIN);
  }

  /**
   * B-03. Seen to fail when an announcement waits for the bus, and when positions are not compared
   * with the log.
   */
  @Test
  void aSilentRedisDelaysNoPublish() {
    WsClient socket = socket(0);
    Duration usual = percentile(publish(socket, "usual"), 99);
    cluster.redisOfA.set(Mode.BLACK_HOLE);
    List<Duration> taken = new ArrayList<>(publish(socket, "silent"));
    // And when node A knows it.
    cluster.a.awaitReady(503);
    taken.addAll(publish(socket, "known to be silent"));
    Collections.sort(taken);
    Chaos.report("publishes with a silent Redis: " + summary(taken) + ", usual p99 " + usual);
    assertThat(percentile(taken, 99)).isLessThan(usual.plusMillis(200));
    // Nobody waits for it either.
    assertThat(taken.get(taken.size() - 1)).isLessThan(Duration.ofSeconds(2));
    long last = tenant.person("judge").api().historyAfter(room, 0).size();
    onB.awaitOffset(last, Duration.ofSeconds(5));
    checker.assertValid();
  }

  private List<Duration> publish(WsClient socket, String name) {
    Publisher publisher = Publisher.over(socket, room, name, checker);
    List<Duration> taken = new ArrayList<>();
    for (int i = 0; i < SAMPLES; i++) {
      long start = System.nanoTime();
      publisher.send(name + "-" + i).join();
      taken.add(Duration.ofNanos(System.nanoTime() - start));
    }
    return taken.stream().sorted().toList();
  }

  /** Two people at each node begin to talk and do not stop before {@link #finish}. */
  private void talk() {
    for (int i = 0; i < 4; i++) {
      String name = "p" + i + "-";
      Map<String, Long> sentAt = sent.get(i % 2);
      Publisher publisher = Publisher.over(socket(i), room, name, checker);
      background.run(
          () -> {
            for (int n = 0; !over.get(); n++) {
              sentAt.put(name + n, System.nanoTime());
              // An error is the test's failure.
              publisher.send(name + n).join();
              LockSupport.parkNanos(20_000_000);
            }
          });
    }
    onA.await("p1-20", Duration.ofSeconds(10));
    onB.await("p0-20", Duration.ofSeconds(10));
  }

  private void finish() {
    over.set(true);
    background.await(Duration.ofSeconds(20));
    long last = tenant.person("judge").api().historyAfter(room, 0).size();
    for (Witness witness : List.of(onA, onB)) {
      witness.awaitOffset(last, Duration.ofSeconds(5));
      witness.assertUnbroken();
    }
    assertThat(checker.assertValid().acknowledged()).isEqualTo((int) last);
  }

  private Map<String, Long> sentSoFar() {
    Map<String, Long> all = new HashMap<>(sent.get(0));
    all.putAll(sent.get(1));
    return all;
  }

  private Witness witness(int node) {
    return node == 0 ? onA : onB;
  }

  private WsClient socket(int number) {
    WsClient socket = person(number).connect();
    sockets.add(socket);
    return socket;
  }

  private Person person(int number) {
    return tenant.person("p" + number).at(cluster.urls().get(number % 2));
  }

  private static Duration percentile(List<Duration> sorted, int percent) {
    return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
  }

  private static String summary(List<Duration> sorted) {
    return "p50 "
        + percentile(sorted, 50)
        + ", p99 "
        + percentile(sorted, 99)
        + ", longest "
        + sorted.get(sorted.size() - 1);
  }
}
