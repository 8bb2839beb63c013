package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.Await;
import dev.parley.testkit.Chaos;
import dev.parley.testkit.HistoryChecker.Verdict;
import dev.parley.testkit.NodeProcess;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Nodes that are killed or frozen under load, and a database that crashes with them: nothing that
 * was acknowledged is lost, doubled or out of order.
 */
@ExtendWith(ChaosCluster.Shared.class)
class NodeChaosST {
  private static final int PUBLISHERS = 20;

  /** Four seconds of silence, three for a row that the frozen node holds, and a busy machine. */
  private static final Duration MOVED_WITHIN = Duration.ofSeconds(8);

  private final ChaosCluster cluster;
  private final Random random = Chaos.random(this);

  NodeChaosST(ChaosCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void everythingIsUp() {
    cluster.mend();
  }

  /** D-01. Seen to fail when messages are acknowledged before their commit. */
  @Test
  void aNodeIsKilledUnderLoadAndNothingIsLost() throws Exception {
    try (MovingLoad load = load()) {
      load.start();
      for (int round = 0; round < Chaos.rounds(1, 20); round++) {
        ChaosCluster.Member victim = round % 2 == 0 ? cluster.a : cluster.b;
        atARandomMoment();
        victim.process().kill();
        victim.start();
        victim.awaitReady(200);
      }
      judge("a killed node", load);
    }
  }

  /** D-02. Seen to fail when messages are acknowledged before their commit. */
  @Test
  void bothNodesAndTheDatabaseCrashUnderLoadAndNothingIsLost() throws Exception {
    try (MovingLoad load = load()) {
      load.start();
      for (int round = 0; round < Chaos.rounds(1, 5); round++) {
        atARandomMoment();
        List<Runnable> crashes =
            new ArrayList<>(
                List.of(
                    cluster::crashDatabase, cluster.a.process()::kill, cluster.b.process()::kill));
        Collections.shuffle(crashes, random);
        crashes.forEach(Runnable::run);
        cluster.startAll();
      }
      judge("a crash of everything", load);
    }
  }

  /**
   * D-06. Seen to fail when the database does not end the frozen node's transaction: nobody can
   * publish in its channels.
   */
  @Test
  void aFrozenNodeIsLeftAndItsLateWritesAreStoredOnceOrNotAtAll() throws Exception {
    try (MovingLoad load = load()) {
      load.start();
      for (int round = 0; round < Chaos.rounds(1, 5); round++) {
        atARandomMoment();
        NodeProcess frozen = cluster.a.process();
        frozen.pause();
        try {
          // By then the rows are free that it held, and everybody has moved.
          Chaos.last(MOVED_WITHIN);
          long before = load.acknowledged();
          Chaos.last(Duration.ofSeconds(Chaos.seconds(2, 12)));
          assertThat(load.acknowledged()).as("while it is frozen").isGreaterThan(before);
        } finally {
          frozen.resume();
        }
        cluster.a.awaitReady(200);
      }
      judge("a frozen node", load);
      // The publishers have gone, and every reader is at one node.
      Await.until("no ghost is left", () -> present(load) <= load.readers.size());
    }
  }

  private MovingLoad load() {
    MovingLoad.Size size = MovingLoad.Size.onBoth(6, 2, PUBLISHERS);
    return new MovingLoad(cluster.a.url(), cluster.b.url(), size);
  }

  private void atARandomMoment() {
    Chaos.last(Duration.ofMillis(500 + random.nextInt(2000)));
  }

  private static void judge(String fault, MovingLoad load) {
    Verdict verdict = load.finish();
    List<Duration> slowest = load.slowest();
    Chaos.report(
        fault
            + ": "
            + verdict.acknowledged()
            + " messages, the publishers' longest wait: median "
            + slowest.get(slowest.size() / 2)
            + ", longest "
            + slowest.get(slowest.size() - 1));
    assertThat(verdict.acknowledged()).isGreaterThan(PUBLISHERS * 10);
  }

  /** How many people of the load the database has at a node. */
  private int present(MovingLoad load) {
    try (Connection database = cluster.postgres.connect();
        PreparedStatement query =
            database.prepareStatement("select count(*) from user_node where org = ?")) {
      query.setString(1, load.tenant.org());
      try (ResultSet result = query.executeQuery()) {
        result.next();
        return result.getInt(1);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
