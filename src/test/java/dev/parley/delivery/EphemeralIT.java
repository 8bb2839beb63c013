package dev.parley.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.Await;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.PollClient;
import dev.parley.testkit.SseClient;
import dev.parley.testkit.SseEvent;
import dev.parley.testkit.Tokens;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A channel that stores nothing, over the wire. */
class EphemeralIT extends WireTest {
  private final String live = Tokens.unique("live:l");
  private final String room = Tokens.unique("room:r");

  private static void assertPlaceless(JsonNode object) {
    assertThat(object.has("epoch")).as("%s", object).isFalse();
    assertThat(object.has("offset")).as("%s", object).isFalse();
  }

  @Test
  void aPublishIsAnsweredAndPushedWithoutAPosition() {
    try (WsClient ann = tenant.person("ann").connect();
        WsClient bob = tenant.person("bob").connect()) {
      JsonNode subscribed = ann.command("subscribe", "channel", live, "history", 10);
      assertPlaceless(subscribed);
      assertThat(subscribed.get("recovered").asBoolean()).isFalse();
      assertThat(subscribed.get("wasRecovering").asBoolean()).isFalse();
      assertThat(subscribed.get("messages")).isEmpty();
      assertThat(subscribed.get("permissions"))
          .extracting(JsonNode::asText)
          .containsExactly("subscribe", "publish");
      JsonNode published =
          bob.command("publish", "channel", live, "data", "hello", "event", "tick");
      assertPlaceless(published);
      JsonNode message = ann.awaitMessage(live);
      assertPlaceless(message);
      assertThat(message.get("messageId")).isEqualTo(published.get("messageId"));
      assertThat(message.get("time")).isEqualTo(published.get("time"));
      assertThat(message.get("data").asText()).isEqualTo("hello");
      assertThat(message.get("event").asText()).isEqualTo("tick");
    }
  }

  @Test
  void onePublishersMessagesKeepTheirOrder() {
    try (WsClient ann = tenant.person("ann").connect();
        WsClient bob = tenant.person("bob").connect()) {
      ann.command("subscribe", "channel", live);
      for (int i = 0; i < 200; i++) {
        bob.sendText(Json.object("type", "publish", "channel", live, "data", i).toString());
      }
      for (int i = 0; i < 200; i++) {
        assertThat(ann.awaitMessage(live).get("data").asInt()).isEqualTo(i);
      }
    }
  }

  @Test
  void nothingIsKeptForThoseWhoComeLater() {
    Person person = tenant.person("ann");
    person.api().publish(live, "gone").expect(201);
    JsonNode history = person.api().history(live, "").expect(200).json();
    assertThat(history.get("messages")).isEmpty();
    assertThat(history.has("next")).isFalse();
    try (WsClient ann = person.connect()) {
      assertThat(ann.command("history", "channel", live).get("messages")).isEmpty();
      JsonNode asked =
          ann.command(
              "subscribe", "channel", live, "recover", Json.object("epoch", "e", "offset", 3));
      assertThat(asked.get("recovered").asBoolean()).isFalse();
      assertThat(asked.get("wasRecovering").asBoolean()).isTrue();
      assertPlaceless(asked);
      ann.assertNoMessage(live);
      ann.rejected("bad_request", "ack", "channel", live, "offset", 0);
    }
  }

  @Test
  void aKeyIsPassedOnOnceWhileItIsRemembered() {
    Api api = tenant.person("ann").api();
    try (WsClient bob = tenant.person("bob").connect()) {
      bob.command("subscribe", "channel", live);
      JsonNode first = api.publish(live, Json.object("data", 1), "k").expect(201).json();
      JsonNode again = api.publish(live, Json.object("data", 1), "k").expect(200).json();
      assertPlaceless(first);
      assertThat(again.get("duplicate").asBoolean()).isTrue();
      assertThat(again.get("messageId")).isEqualTo(first.get("messageId"));
      api.publish(live, Json.object("data", 2), "k").problem(409, "conflict");
      api.publish(live, 3).expect(201);
      assertThat(bob.awaitMessage(live).get("data").asInt()).isEqualTo(1);
      assertThat(bob.awaitMessage(live).get("data").asInt()).isEqualTo(3);
    }
  }

  @Test
  void anEventStreamDeliversItAndStaysWhereItIs() {
    Person ann = tenant.person("ann");
    try (SseClient stream = ann.sse(live, room).open()) {
      JsonNode connected = stream.awaitConnected();
      assertThat(connected.get("channels")).extracting(JsonNode::asText).contains(live, room);
      assertThat(connected.get("positions").has(live)).isFalse();
      assertThat(connected.get("positions").has(room)).isTrue();
      ann.api().publish(room, "stored").expect(201);
      SseEvent stored = stream.awaitMessage(room);
      String cursor = stream.lastEventId();
      ann.api().publish(live, "passing").expect(201);
      SseEvent passing = stream.awaitMessage(live);
      assertPlaceless(passing.json());
      assertThat(stream.lastEventId()).isEqualTo(cursor).isNotEmpty();
      assertThat(stored.json().get("offset").asInt()).isEqualTo(1);
      ann.api().publish(room, "behind").expect(201);
      stream.awaitMessage(room);
      try (SseClient again = ann.sse(live, room).lastEventId(cursor).open()) {
        again.awaitConnected();
        assertThat(again.awaitMessage(room).json().get("data").asText()).isEqualTo("behind");
        ann.api().publish(live, "once more").expect(201);
        assertThat(again.awaitMessage(live).json().get("data").asText()).isEqualTo("once more");
      }
    }
  }

  @Test
  void aWaitingPollIsAnsweredWithItAndOneThatIsNotThereMissesIt() {
    Person ann = tenant.person("ann");
    PollClient poll = ann.poll(live, room);
    JsonNode first = poll.poll(0);
    assertThat(first.get("positions").has(live)).isFalse();
    ann.api().publish(live, "missed").expect(201);
    String before = poll.cursor();
    CompletableFuture<Api.Answer> waiting = poll.askAsync(20);
    // It is not told when a poll is parked, so it is sent until one finds it there.
    int sent = 0;
    while (!waiting.isDone()) {
      ann.api().publish(live, "m" + sent++).expect(201);
    }
    JsonNode answer = Await.result("the poll", waiting).expect(200).json();
    assertThat(answer.get("messages")).isNotEmpty();
    answer.get("messages").forEach(EphemeralIT::assertPlaceless);
    assertThat(answer.get("messages").get(0).get("data").asText()).startsWith("m");
    assertThat(answer.get("cursor").asText()).isEqualTo(before);
    assertThat(poll.poll(0).get("messages")).isEmpty();
  }
}
