package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.testkit.Await;
import dev.parley.testkit.Background;
import dev.parley.testkit.Chaos;
import dev.parley.testkit.HistoryChecker;
import dev.parley.testkit.HistoryChecker.Verdict;
import dev.parley.testkit.Json;
import dev.parley.testkit.Pace;
import dev.parley.testkit.Person;
import dev.parley.testkit.Publisher;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.Witness;
import dev.parley.testkit.WsClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Both nodes write to one channel at the same time. */
@ExtendWith(ChaosCluster.Shared.class)
class OneChannelChaosST {
  private static final int PUBLISHERS = 8;
  private static final int TOTAL = Chaos.count(2_000, 10_000);
  private static final int SUBSCRIBERS = 10;
  private static final int CALLS = 50;
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final ChaosCluster cluster;
  private final String room = Tenant.room();
  private final HistoryChecker checker = new HistoryChecker(room);
  private final List<WsClient> sockets = new ArrayList<>();
  private final List<Witness> witnesses = new ArrayList<>();

  OneChannelChaosST(ChaosCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void everythingIsUp() {
    cluster.mend();
  }

  @AfterEach
  void close() {
    sockets.forEach(WsClient::close);
    witnesses.forEach(Witness::close);
  }

  /** O-01. Seen to fail when neither a gap nor a comparison with the log is a reason to read it. */
  @Test
  void publishersOnBothNodesMakeOneOrderForSubscribersOnBothNodes() {
    Tenant tenant = cluster.tenant();
    for (int i = 0; i < SUBSCRIBERS; i++) {
      witnesses.add(new Witness(person(tenant, i), room, "subscriber " + i, checker));
    }
    // So that a node hears of the other's messages behind its own next ones.
    cluster.redisOfA.delay(Duration.ofMillis(20));
    Pace pace = new Pace(TOTAL);
    try (Background background = new Background()) {
      for (int i = 0; i < PUBLISHERS; i++) {
        Publisher publisher = Publisher.over(socket(person(tenant, i)), room, "p" + i, checker);
        background.run(() -> publisher.publish(TOTAL / PUBLISHERS, pace));
      }
      background.await(PATIENCE);
    }
    witnesses.forEach(witness -> witness.awaitOffset(TOTAL, Duration.ofSeconds(20)));
    Verdict verdict = checker.assertValid();
    assertThat(verdict.acknowledged()).isEqualTo(TOTAL);
    assertThat(verdict.stored()).isEqualTo(TOTAL);
    List<JsonNode> log = tenant.person("judge").api().historyAfter(room, 0);
    assertThat(log)
        .extracting(message -> message.get("offset").asLong())
        .containsExactlyElementsOf(LongStream.rangeClosed(1, TOTAL).boxed().toList());
    for (Witness witness : witnesses) {
      assertThat(witness.values())
          .containsExactlyElementsOf(log.stream().map(m -> m.get("data").asText()).toList());
    }
  }

  /** O-03. Seen to fail when keys are ignored. */
  @Test
  void oneKeyAtBothNodesAtOnceStoresOneMessageAndGivesEqualAnswers() {
    for (int round = 0; round < Chaos.rounds(5, 100); round++) {
      oneKeyAtBothNodes(Tenant.room());
    }
  }

  private void oneKeyAtBothNodes(String channel) {
    Person ann = cluster.tenant().person("ann");
    List<Future<JsonNode>> answers = new ArrayList<>();
    try (Background background = new Background();
        WsClient onA = ann.at(cluster.a.url()).connect();
        WsClient onB = ann.at(cluster.b.url()).connect()) {
      CountDownLatch start = new CountDownLatch(1);
      for (int i = 0; i < CALLS; i++) {
        WsClient socket = i % 2 == 0 ? onA : onB;
        Person there = ann.at(cluster.urls().get(i % 2));
        boolean overHttp = i % 4 < 2;
        answers.add(
            background.call(
                () -> {
                  start.await();
                  return overHttp
                      ? there.api().publish(channel, Json.object("data", "once"), "k").json()
                      : socket.command("publish", "channel", channel, "data", "once", "key", "k");
                }));
      }
      start.countDown();
      List<ObjectNode> bodies =
          answers.stream().map(answer -> (ObjectNode) Await.result("an answer", answer)).toList();
      assertThat(bodies).filteredOn(body -> !body.has("duplicate")).hasSize(1);
      bodies.forEach(body -> body.retain("messageId", "epoch", "offset", "time"));
      assertThat(bodies).hasSize(CALLS).containsOnly(bodies.get(0));
      assertThat(bodies.get(0).size()).isEqualTo(4);
    }
    assertThat(ann.api().stored(channel)).containsExactly("once");
  }

  private WsClient socket(Person person) {
    WsClient socket = person.connect();
    sockets.add(socket);
    return socket;
  }

  /** Somebody at either node, in turn. */
  private Person person(Tenant tenant, int number) {
    return tenant.person("p" + number).at(cluster.urls().get(number % 2));
  }
}
