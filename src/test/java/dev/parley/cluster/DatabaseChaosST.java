package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.Await;
import dev.parley.testkit.Background;
import dev.parley.testkit.Chaos;
import dev.parley.testkit.FaultProxy.Mode;
import dev.parley.testkit.HistoryChecker;
import dev.parley.testkit.HistoryChecker.Verdict;
import dev.parley.testkit.Person;
import dev.parley.testkit.Publisher;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.Witness;
import dev.parley.testkit.WsClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * D-05: the database swallows everything, then refuses everything, then is back.
 *
 * <p>Seen to fail when messages are acknowledged before their commit, when the driver waits half a
 * minute for the database (the slowest answer came after 12 seconds), and when the pool's own
 * exceptions are not known as a database out of reach.
 */
@ExtendWith(ChaosCluster.Shared.class)
class DatabaseChaosST {
  private static final int PUBLISHERS = 10;

  /** More at each node than its pool has connections. */
  private static final int HISTORY_READERS = 60;

  /**
   * What a publish may take without a database: three seconds, or twice as long where a new
   * connection is let in and then falls silent, and a busy machine.
   */
  private static final Duration FAILS_WITHIN = Duration.ofSeconds(7);

  private static final Duration BACK_WITHIN = Duration.ofSeconds(10);

  /**
   * No pool grows with the number of those who wait. While a connection of the pools, 24 at each
   * node, is being opened, the driver has a thread for it; the others answer requests.
   */
  private static final int MORE_THREADS = 100;

  private final ChaosCluster cluster;
  private final String room = Tenant.room();
  private final HistoryChecker checker = new HistoryChecker(room);
  private final AtomicBoolean over = new AtomicBoolean();
  private final List<Answer> answers = Collections.synchronizedList(new ArrayList<>());
  private final Set<Integer> historyStatuses = ConcurrentHashMap.newKeySet();

  /** How a publish ended: an empty error is that it was stored. */
  private record Answer(long sentAt, Duration taken, String error) {
    boolean isStored() {
      return error.isEmpty();
    }
  }

  DatabaseChaosST(ChaosCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void everythingIsUp() {
    cluster.mend();
  }

  @Test
  void withoutADatabasePublishesFailSoonAndNothingElseBreaksAndAllComesBack() {
    Tenant tenant = cluster.tenant();
    int seconds = Chaos.seconds(8, 30);
    List<WsClient> sockets = new ArrayList<>();
    try (Witness onA = witness(tenant, 0);
        Witness onB = witness(tenant, 1);
        Background background = new Background()) {
      for (int i = 0; i < PUBLISHERS; i++) {
        WsClient socket = person(tenant, i).connect();
        sockets.add(socket);
        Publisher publisher = Publisher.over(socket, room, "p" + i, checker);
        String name = "p" + i + "-";
        background.run(() -> publish(publisher, name));
      }
      for (int i = 0; i < HISTORY_READERS; i++) {
        Person reader = person(tenant, i);
        background.run(() -> readHistory(reader));
      }
      Await.until("messages flow", () -> stored() > PUBLISHERS * 10);
      int threads = threads();

      for (Mode mode : List.of(Mode.BLACK_HOLE, Mode.RESET)) {
        cluster.database.set(mode);
        outage(mode, seconds, threads);
      }
      cluster.database.set(Mode.PASS);
      long back = System.nanoTime();
      int before = answers.size();
      Await.until("messages flow again", () -> storedSince(back) > PUBLISHERS * 2);
      cluster.a.awaitReady(200);
      cluster.b.awaitReady(200);
      Duration recovery = Duration.ofNanos(System.nanoTime() - back);
      Chaos.report("database outage: recovery " + recovery + ", " + before + " answers before");
      assertThat(recovery).isLessThan(BACK_WITHIN);

      over.set(true);
      background.await(Duration.ofSeconds(30));
      sockets.forEach(WsClient::assertAlive);
      long last = tenant.person("judge").api().historyAfter(room, 0).size();
      for (Witness witness : List.of(onA, onB)) {
        witness.awaitOffset(last, Duration.ofSeconds(10));
        witness.assertUnbroken();
      }
      judge((int) last);
    } finally {
      over.set(true);
      sockets.forEach(WsClient::close);
    }
  }

  private void judge(int last) {
    Verdict verdict = checker.assertValid();
    assertThat(verdict.stored()).isEqualTo(last);
    List<Answer> failed = List.copyOf(answers).stream().filter(a -> !a.isStored()).toList();
    Duration slowest = failed.stream().map(Answer::taken).max(Duration::compareTo).orElseThrow();
    long inDoubt = failed.stream().filter(a -> !a.error.contains("unavailable")).count();
    Chaos.report(
        "database outage: "
            + failed.size()
            + " publishes failed, the slowest after "
            + slowest
            + "; in doubt: "
            + inDoubt);
    assertThat(failed).isNotEmpty();
    assertThat(slowest).isLessThan(FAILS_WITHIN);
    // Those whose commit was under way when the database fell silent: no more than one for each.
    assertThat(inDoubt).isLessThanOrEqualTo(PUBLISHERS);
    assertThat(failed).allMatch(a -> a.error.contains("\"retryable\":true"));
    assertThat(historyStatuses).containsExactlyInAnyOrder(200, 503);
  }

  /** What is seen while the database is away. */
  private void outage(Mode mode, int seconds, int threads) {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    cluster.a.awaitReady(503);
    cluster.b.awaitReady(503);
    assertThat(cluster.a.health("ready").text())
        .contains("{\"name\":\"database\",\"status\":\"DOWN\"}");
    int most = threads();
    while (System.nanoTime() < end) {
      most = Math.max(most, threads());
      assertThat(cluster.a.health("live").status()).isEqualTo(200);
      assertThat(cluster.b.health("live").status()).isEqualTo(200);
      LockSupport.parkNanos(200_000_000);
    }
    Chaos.report(mode + ": threads " + threads + ", at most " + most);
    assertThat(most).isLessThan(threads + MORE_THREADS);
  }

  /** Publishes one after the other, and never again what has failed. */
  private void publish(Publisher publisher, String name) {
    for (int i = 0; !over.get(); i++) {
      long start = System.nanoTime();
      String error = "";
      try {
        publisher.send(name + i).join();
      } catch (CompletionException e) {
        error = String.valueOf(e.getCause().getMessage());
      }
      answers.add(new Answer(start, Duration.ofNanos(System.nanoTime() - start), error));
      LockSupport.parkNanos(20_000_000);
    }
  }

  /** Looks into the history again and again, which must not keep publishers from the database. */
  private void readHistory(Person reader) {
    while (!over.get()) {
      historyStatuses.add(reader.api().history(room, "limit=10").status());
      LockSupport.parkNanos(200_000_000);
    }
  }

  private long stored() {
    return storedSince(Long.MIN_VALUE);
  }

  private long storedSince(long since) {
    synchronized (answers) {
      return answers.stream().filter(a -> a.isStored() && a.sentAt >= since).count();
    }
  }

  private int threads() {
    return cluster.a.process().threads() + cluster.b.process().threads();
  }

  private Witness witness(Tenant tenant, int node) {
    return new Witness(person(tenant, node), room, "reader at " + node, checker);
  }

  private Person person(Tenant tenant, int number) {
    return tenant.person("p" + number).at(cluster.urls().get(number % 2));
  }
}
