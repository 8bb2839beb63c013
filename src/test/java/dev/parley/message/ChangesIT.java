package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.PollClient;
import dev.parley.testkit.Position;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.SseClient;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Editing, taking back and reacting, over HTTP and WebSocket, as seen on every transport. */
class ChangesIT extends WireTest {
  private final String room = Tenant.room();
  private Person ann;
  private Person bob;
  private Api api;
  private String id;

  @BeforeEach
  void annHasWritten() {
    ann = tenant.person("ann");
    bob = tenant.person("bob");
    api = ann.api();
    id = api.publish(room, "first").expect(201).json().get("messageId").asText();
  }

  private String path() {
    return Api.messagesPath(room) + "/" + id;
  }

  private JsonNode read() {
    return api.get(path()).expect(200).json();
  }

  private static String body(Object data) {
    return Json.object("data", data).toString();
  }

  // Editing --------------------------------------------------------------------------------------

  @Test
  void anEditIsAnEntryOfItsOwnThatReachesEveryTransportInOrder() {
    PollClient poll = bob.poll(room);
    poll.poll(0);
    try (WsClient socket = bob.connect();
        SseClient stream = bob.sse(room).open()) {
      stream.awaitConnected();
      socket.command("subscribe", "channel", room);
      JsonNode answer = api.call("PATCH", path(), body("second")).expect(200).json();
      assertThat(answer.get("messageId").asText()).isEqualTo(id);
      assertThat(Position.in(answer).offset()).isEqualTo(2);

      JsonNode push = socket.awaitMessage(room);
      assertThat(push.get("event").asText()).isEqualTo("message-updated");
      assertThat(push.get("data"))
          .isEqualTo(Json.object("messageId", id, "offset", 1, "data", "second"));
      assertThat(Position.in(push)).isEqualTo(Position.in(answer));
      assertThat(push.at("/user/id").asText()).isEqualTo(ann.id());
      assertThat(stream.awaitEvent("message-updated").json()).isEqualTo(push);
      assertThat(poll.pollUntilMessages().get("messages").get(0)).isEqualTo(push);
    }
  }

  @Test
  void historyShowsTheMessageInItsPresentFormAndNoEditBesideIt() {
    api.call("PATCH", path(), body("second")).expect(200);
    JsonNode page = api.history(room, "").expect(200).json().get("messages");
    assertThat(page).hasSize(1);
    assertThat(page.get(0).get("data").asText()).isEqualTo("second");
    assertThat(page.get(0).get("offset").asLong()).isEqualTo(1);
    assertThat(page.get(0).at("/edited/version").asLong()).isEqualTo(2);
    assertThat(page.get(0).at("/edited/time").asText()).endsWith("Z");
  }

  @Test
  void whatIsReadForwardIsTheLogItselfSoThatNothingIsMissed() {
    api.call("PATCH", path(), body("second")).expect(200);
    List<JsonNode> log = api.historyAfter(room, 0);
    assertThat(log).extracting(m -> m.get("offset").asLong()).containsExactly(1L, 2L);
    assertThat(log.get(1).at("/data/data").asText()).isEqualTo("second");
  }

  @Test
  void aRecoveryBringsTheEditToThoseWhoHaveTheMessage() {
    try (WsClient socket = bob.connect()) {
      Position position = Position.in(socket.command("subscribe", "channel", room));
      socket.command("unsubscribe", "channel", room);
      api.call("PATCH", path(), body("second")).expect(200);
      JsonNode again = socket.command("subscribe", "channel", room, "recover", position.json());
      assertThat(again.get("recovered").asBoolean()).isTrue();
      assertThat(again.at("/messages/0/data/data").asText()).isEqualTo("second");
    }
  }

  @Test
  void nobodyEditsOrTakesBackWhatIsSomebodyElsesButAnAdmin() {
    bob.api().call("PATCH", path(), body("x")).problem(403, "forbidden");
    bob.api().call("DELETE", path(), "").problem(403, "forbidden");
    assertThat(read().get("data").asText()).isEqualTo("first");
    tenant.admin("dave").api().call("PATCH", path(), body("by dave")).expect(200);
    assertThat(read().get("data").asText()).isEqualTo("by dave");
    tenant.admin("dave").api().call("DELETE", path(), "").expect(200);
    assertThat(read().has("deleted")).isTrue();
  }

  @Test
  void anEditOfAnotherVersionIsRefusedAndTheRightOneIsNot() {
    String tag = api.get(path()).expect(200).header("ETag");
    assertThat(tag).isEqualTo("\"1\"");
    Api.Answer edited = api.call("PATCH", path(), body("second"), "If-Match", tag).expect(200);
    assertThat(edited.header("ETag")).isEqualTo("\"2\"");
    api.call("PATCH", path(), body("lost"), "If-Match", tag).problem(412, "precondition_failed");
    api.call("DELETE", path(), "", "If-Match", tag).problem(412, "precondition_failed");
    api.call("PATCH", path(), body("x"), "If-Match", "1").problem(400, "bad_request");
    assertThat(read().get("data").asText()).isEqualTo("second");
    api.call("PATCH", path(), body("third"), "If-Match", "\"2\"").expect(200);
  }

  @Test
  void anEditUnderAKeyIsMadeOnce() {
    JsonNode first =
        api.call("PATCH", path(), body("a"), "Idempotency-Key", "k").expect(200).json();
    api.call("PATCH", path(), body("b")).expect(200);
    JsonNode again =
        api.call("PATCH", path(), body("a"), "Idempotency-Key", "k").expect(200).json();
    assertThat(again.get("duplicate").asBoolean()).isTrue();
    assertThat(Position.in(again)).isEqualTo(Position.in(first));
    assertThat(read().get("data").asText()).isEqualTo("b");
    api.call("PATCH", path(), body("c"), "Idempotency-Key", "k").problem(409, "conflict");
  }

  @Test
  void theLimitsOfAPublishHoldForAnEdit() {
    api.call("PATCH", path(), body("x".repeat(102_401))).problem(413, "too_large");
    api.call("PATCH", path(), "{}").problem(400, "bad_request");
    api.call("PATCH", Api.messagesPath(room) + "/1", body("x")).problem(400, "bad_request");
    String unknown = "01890a5d-ac96-774b-bcce-b302099a8057";
    api.call("PATCH", Api.messagesPath(room) + "/" + unknown, body("x")).problem(404, "not_found");
    api.call("PATCH", Api.messagesPath("room:other") + "/" + id, body("x"))
        .problem(404, "not_found");
    String edit = api.call("PATCH", path(), body("y")).expect(200).json().get("epoch").asText();
    assertThat(edit).isNotEmpty();
    String entry = api.historyAfter(room, 1).get(0).get("messageId").asText();
    api.call("PATCH", Api.messagesPath(room) + "/" + entry, body("x")).problem(404, "not_found");
  }

  @Test
  void nobodyPublishesWhatWouldPassForAChange() {
    for (String event : List.of("message-updated", "message-deleted", "message-reaction")) {
      api.publish(room, Json.object("event", event, "data", Json.object("messageId", id)), "")
          .problem(400, "bad_request");
    }
    assertThat(api.historyAfter(room, 0)).hasSize(1);
  }

  // Taking back ----------------------------------------------------------------------------------

  @Test
  void whatIsTakenBackKeepsItsPlaceAndNothingOfItsContentStaysAnywhere() {
    api.call("PATCH", path(), body("secret")).expect(200);
    bob.api().call("PUT", path() + "/reactions/%2B1", "").expect(200);
    api.publish(room, "behind").expect(201);
    try (WsClient socket = bob.connect()) {
      socket.command("subscribe", "channel", room);
      api.call("DELETE", path(), "").expect(200);
      JsonNode push = socket.awaitMessage(room);
      assertThat(push.get("event").asText()).isEqualTo("message-deleted");
      assertThat(push.get("data")).isEqualTo(Json.object("messageId", id, "offset", 1));
    }
    JsonNode placeholder = api.history(room, "before=2").expect(200).json().at("/messages/0");
    assertThat(placeholder.get("offset").asLong()).isEqualTo(1);
    assertThat(placeholder.get("data").isNull()).isTrue();
    assertThat(placeholder.at("/deleted/version").asLong()).isEqualTo(5);
    assertThat(placeholder.at("/user/id").asText()).isEqualTo(ann.id());
    assertThat(placeholder.has("reactions")).isFalse();
    List<JsonNode> log = api.historyAfter(room, 0);
    assertThat(log).extracting(m -> m.get("offset").asLong()).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(log.toString()).doesNotContain("secret", "first");
  }

  @Test
  void takingBackOnceMoreChangesNothing() {
    JsonNode first = api.call("DELETE", path(), "").expect(200).json();
    JsonNode again = api.call("DELETE", path(), "").expect(200).json();
    assertThat(again.get("duplicate").asBoolean()).isTrue();
    assertThat(Position.in(again)).isEqualTo(Position.in(first));
    assertThat(api.historyAfter(room, 0)).hasSize(2);
    api.call("PATCH", path(), body("x")).problem(409, "conflict");
    bob.api().call("PUT", path() + "/reactions/x", "").problem(409, "conflict");
  }

  // Reacting -------------------------------------------------------------------------------------

  @Test
  void reactionsAreCountedAndNamedAndEachPersonHasEachOnce() {
    bob.api().call("PUT", path() + "/reactions/%F0%9F%91%8D", "").expect(200);
    JsonNode again =
        bob.api().call("PUT", path() + "/reactions/%F0%9F%91%8D", "").expect(200).json();
    assertThat(again.get("duplicate").asBoolean()).isTrue();
    assertThat(Position.in(again).offset()).isEqualTo(2);
    api.call("PUT", path() + "/reactions/%F0%9F%91%8D", "").expect(200);
    api.call("PUT", path() + "/reactions/no", "").expect(200);

    JsonNode message = bob.api().history(room, "").expect(200).json().at("/messages/0");
    JsonNode thumbs = reaction(message, "\uD83D\uDC4D");
    assertThat(thumbs.get("count").asInt()).isEqualTo(2);
    assertThat(thumbs.get("mine").asBoolean()).isTrue();
    assertThat(thumbs.get("users"))
        .extracting(u -> u.get("id").asText())
        .containsExactly(bob.id(), ann.id());
    assertThat(reaction(message, "no").has("mine")).isFalse();
    assertThat(message.get("reactionsOffset").asLong()).isEqualTo(4);

    bob.api().call("DELETE", path() + "/reactions/%F0%9F%91%8D", "").expect(200);
    bob.api().call("DELETE", path() + "/reactions/%F0%9F%91%8D", "").problem(404, "not_found");
    message = bob.api().get(path()).expect(200).json();
    assertThat(reaction(message, "\uD83D\uDC4D").get("count").asInt()).isEqualTo(1);
    assertThat(message.get("reactionsOffset").asLong()).isEqualTo(5);
  }

  private static JsonNode reaction(JsonNode message, String reaction) {
    for (JsonNode one : message.get("reactions")) {
      if (one.get("reaction").asText().equals(reaction)) {
        return one;
      }
    }
    throw new AssertionError("no " + reaction + " in " + message);
  }

  @Test
  void aMessageHasAtMostTwentyReactions() {
    for (int i = 0; i < 20; i++) {
      api.call("PUT", path() + "/reactions/r" + i, "").expect(200);
    }
    api.call("PUT", path() + "/reactions/r20", "").problem(429, "limit_exceeded");
    bob.api().call("PUT", path() + "/reactions/r19", "").expect(200);
  }

  @Test
  void aPageOfMessagesIsNotLostBehindAThousandReactions() {
    try (WsClient socket = bob.connect()) {
      for (int i = 0; i < 550; i++) {
        var unused =
            socket.commandAsync("react", "channel", room, "messageId", id, "reaction", "x");
        Object[] back = {"channel", room, "messageId", id, "reaction", "x", "remove", true};
        socket.command("react", back);
      }
    }
    List<String> texts = new ArrayList<>();
    String query = "limit=10";
    int pages = 0;
    while (!query.isEmpty() && ++pages < 10) {
      JsonNode page = api.history(room, query).expect(200).json();
      page.get("messages").forEach(m -> texts.add(m.get("data").asText()));
      String next = page.path("next").asText("");
      query = next.isEmpty() ? "" : "before=" + ServerUrl.encode(next);
    }
    assertThat(texts).containsExactly("first");
    assertThat(pages).isEqualTo(2);
  }

  // Over the WebSocket
  // -----------------------------------------------------------------------------

  @Test
  void theCommandsDoTheSameOnAWebSocket() {
    try (WsClient socket = ann.connect()) {
      JsonNode updated =
          socket.command("update", "channel", room, "messageId", id, "data", "x", "version", 1);
      assertThat(updated.get("type").asText()).isEqualTo("updated");
      assertThat(updated.get("messageId").asText()).isEqualTo(id);
      assertThat(Position.in(updated).offset()).isEqualTo(2);
      Object[] late = {"channel", room, "messageId", id, "data", "y", "version", 1};
      socket.rejected("precondition_failed", "update", late);
      JsonNode reacted =
          socket.command("react", "channel", room, "messageId", id, "reaction", "ok");
      assertThat(reacted.get("type").asText()).isEqualTo("reacted");
      JsonNode deleted = socket.command("delete", "channel", room, "messageId", id);
      assertThat(deleted.get("type").asText()).isEqualTo("deleted");
      assertThat(Position.in(deleted).offset()).isEqualTo(4);
      socket.rejected("bad_request", "delete", "channel", "live:x", "messageId", id);
    }
  }

  // Answers and mentions
  // ---------------------------------------------------------------------------

  @Test
  void anAnswerNamesAMessageOfItsChannelAndMentionsTravelWithTheMessage() {
    try (WsClient socket = bob.connect()) {
      socket.command("subscribe", "channel", room);
      api.publish(
              room,
              Json.object("data", "see above", "replyTo", id, "mentions", List.of(bob.id(), "eve")),
              "")
          .expect(201);
      JsonNode push = socket.awaitMessage(room);
      assertThat(push.get("replyTo").asText()).isEqualTo(id);
      assertThat(push.get("mentions"))
          .extracting(JsonNode::asText)
          .containsExactly(bob.id(), "eve");
      assertThat(api.historyAfter(room, 1)).containsExactly(push);
    }
    api.publish("room:other", Json.object("data", 1, "replyTo", id), "").problem(404, "not_found");
  }
}
