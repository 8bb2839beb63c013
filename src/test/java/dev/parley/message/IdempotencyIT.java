package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.Await;
import dev.parley.testkit.Background;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** One key, one message, however many ask at the same time. */
class IdempotencyIT extends WireTest {
  private static final int CALLS = 50;
  private static final int SOCKETS = 5;

  private final String room = Tenant.room();

  @Test
  void fiftyConcurrentPublishesWithOneKeyStoreOneMessageAndGiveFiftyEqualAnswers() {
    Person ann = tenant.person("ann");
    List<WsClient> sockets = new ArrayList<>();
    try (WsClient witness = tenant.person("bob").connect();
        Background background = new Background()) {
      witness.command("subscribe", "channel", room);
      for (int i = 0; i < SOCKETS; i++) {
        sockets.add(ann.connect());
      }
      CountDownLatch start = new CountDownLatch(1);
      List<Future<JsonNode>> answers = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        WsClient socket = sockets.get(i % SOCKETS);
        boolean overHttp = i % 2 == 0;
        answers.add(
            background.call(
                () -> {
                  start.await();
                  return overHttp ? byHttp(ann.api()) : bySocket(socket);
                }));
      }
      start.countDown();

      List<ObjectNode> bodies =
          answers.stream().map(a -> (ObjectNode) Await.result("an answer", a)).toList();
      assertThat(bodies).filteredOn(b -> !b.has("duplicate")).hasSize(1);
      bodies.forEach(b -> b.retain("messageId", "epoch", "offset", "time"));
      assertThat(bodies).hasSize(CALLS).containsOnly(bodies.get(0));
      assertThat(bodies.get(0).size()).isEqualTo(4);

      assertThat(ann.api().stored(room)).containsExactly("once");
      ann.api().publish(room, "fence").expect(201);
      assertThat(witness.awaitMessage(room).get("data").asText()).isEqualTo("once");
      assertThat(witness.awaitMessage(room).get("data").asText()).isEqualTo("fence");
      witness.assertNothingElse();
    } finally {
      sockets.forEach(WsClient::close);
    }
  }

  private JsonNode byHttp(Api api) {
    Api.Answer answer = api.publish(room, Json.object("data", "once"), "the key");
    assertThat(answer.status()).as(answer.text()).isIn(200, 201);
    assertThat(answer.status() == 200).isEqualTo(answer.json().has("duplicate"));
    return answer.json();
  }

  private JsonNode bySocket(WsClient socket) {
    return socket.command("publish", "channel", room, "data", "once", "key", "the key");
  }

  @Test
  void concurrentPublishesWithOneKeyAndDifferentBodiesStoreOneAndRefuseTheOthers() {
    Person ann = tenant.person("ann");
    try (Background background = new Background()) {
      CountDownLatch start = new CountDownLatch(1);
      List<Future<Api.Answer>> answers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        ObjectNode body = Json.object("data", "body " + i);
        answers.add(
            background.call(
                () -> {
                  start.await();
                  return ann.api().publish(room, body, "the key");
                }));
      }
      start.countDown();
      List<Integer> statuses =
          answers.stream().map(a -> Await.result("an answer", a).status()).toList();
      assertThat(statuses).filteredOn(s -> s == 201).hasSize(1);
      assertThat(statuses).filteredOn(s -> s == 409).hasSize(19);
      assertThat(ann.api().stored(room)).hasSize(1);
    }
  }

  @Test
  void aPublishThatIsSentAgainAfterTheSocketBrokeIsStoredOnce() {
    Person ann = tenant.person("ann");
    for (int i = 0; i < 20; i++) {
      try (WsClient broken = ann.connect()) {
        var unused =
            broken.commandAsync("publish", "channel", room, "data", "v" + i, "key", "k" + i);
        // Nobody waits for the answer: it may be on its way, or the command may never arrive.
        broken.cut();
      }
      try (WsClient again = ann.connect()) {
        again.command("publish", "channel", room, "data", "v" + i, "key", "k" + i);
      }
    }
    assertThat(ann.api().stored(room)).hasSize(20).doesNotHaveDuplicates();
  }
}
