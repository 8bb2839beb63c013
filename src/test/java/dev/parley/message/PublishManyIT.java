package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.Tokens;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Many messages in one transaction: all are stored, or none is. Seen to fail when those before one
 * that is refused stay, when all of a repetition are answered as new, when anybody may, and when
 * the answer names a direct conversation as the log does.
 */
class PublishManyIT extends WireTest {
  private final String topic = Tokens.unique("topic:t");
  private final String other = Tokens.unique("topic:o");
  private Person publisher;
  private Api app;

  @BeforeEach
  void app() {
    publisher = tenant.publisher("app");
    app = publisher.api();
  }

  private Api.Answer publish(Map<?, ?>... messages) {
    return app.post("api/v1/publish", Json.object("messages", List.of(messages)).toString());
  }

  private static Map<String, Object> message(String channel, Object data, String key) {
    return Map.of("channel", channel, "event", "e", "data", data, "key", key);
  }

  /** Seen to fail when the answers have another order than the messages. */
  @Test
  void allAreStoredInTheirOrderAndAnsweredOneByOne() {
    Person ann = tenant.person("ann");
    try (WsClient device = ann.connect()) {
      JsonNode answers =
          publish(
                  message(topic, 1, "a"),
                  message(other, 2, "b"),
                  message(topic, 3, "c"),
                  message(ann.userChannel(), 4, "d"))
              .expect(201)
              .json()
              .get("messages");
      assertThat(answers)
          .extracting(one -> one.get("channel").asText())
          .containsExactly(topic, other, topic, ann.userChannel());
      assertThat(answers)
          .extracting(one -> one.get("offset").asLong())
          .containsExactly(1L, 1L, 2L, 1L);
      JsonNode push = device.awaitMessage(ann.userChannel());
      assertThat(push.get("messageId")).isEqualTo(answers.get(3).get("messageId"));
      assertThat(push.get("event").asText()).isEqualTo("e");
    }
    assertThat(app.stored(topic)).containsExactly("1", "3");
    assertThat(app.stored(other)).containsExactly("2");
  }

  @Test
  void theSameKeysAgainGetTheSameAnswersAndStoreNothing() {
    Map<?, ?>[] messages = {message(topic, 1, "a"), message(topic, 2, "b")};
    JsonNode first = publish(messages).expect(201).json();
    JsonNode again = publish(messages).expect(200).json();
    for (JsonNode one : again.get("messages")) {
      assertThat(((ObjectNode) one).remove("duplicate").asBoolean()).isTrue();
    }
    assertThat(again).isEqualTo(first);
    JsonNode more =
        publish(message(topic, 2, "b"), message(topic, 3, "c")).expect(201).json().get("messages");
    assertThat(more.get(0).get("duplicate").asBoolean()).isTrue();
    assertThat(more.get(1).has("duplicate")).isFalse();
    assertThat(app.stored(topic)).containsExactly("1", "2", "3");
  }

  /** Two that only the log refuses, when it has appended those before them, and then the others. */
  @Test
  void oneThatIsRefusedKeepsBackAll() {
    publish(message(topic, "first", "taken")).expect(201);
    refused(409, "conflict", "key:", message(topic, "else", "taken"));
    refused(
        404,
        "not_found",
        "replyTo:",
        Map.of("channel", topic, "data", 1, "replyTo", "01890a5d-ac96-774b-bcce-b302099a8057"));
    refused(400, "bad_request", "data:", Map.of("channel", topic));
    refused(400, "bad_request", "channel:", Map.of("channel", "no name", "data", 1));
    refused(404, "not_found", "channel:", Map.of("channel", "nowhere:x", "data", 1));
    refused(400, "bad_request", "event:", Map.of("channel", topic, "data", 1, "event", "erased"));
    refused(400, "bad_request", "channel: stores nothing", message("live:x", 1, "k"));
    refused(413, "too_large", "data:", message(topic, "x".repeat(102_400), "k"));
    assertThat(app.stored(topic)).containsExactly("first");
    assertThat(app.stored(other)).isEmpty();
    publish(message(topic, "a", "a"), message(topic, "b", "b")).expect(201);
    assertThat(app.historyAfter(topic, 0))
        .extracting(one -> one.get("offset").asLong())
        .containsExactly(1L, 2L, 3L);
  }

  private void refused(int status, String code, String field, Map<?, ?> wrong) {
    JsonNode problem =
        publish(message(topic, "a", "a"), message(other, "b", "b"), wrong).problem(status, code);
    assertThat(problem.get("detail").asText()).startsWith("messages[2]." + field);
  }

  @Test
  void itIsForPublishersAndHasLimits() {
    String body = Json.object("messages", List.of(message(Tenant.room(), 1, "a"))).toString();
    tenant.person("ann").api().post("api/v1/publish", body).problem(403, "forbidden");
    new Api(server, "").post("api/v1/publish", body).problem(401, "unauthorized");
    detail(app.post("api/v1/publish", "{}"), 400, "bad_request", "messages: is missing");
    detail(publish(), 400, "bad_request", "messages: must not be empty");
    detail(
        app.post("api/v1/publish", "{\"messages\":[{\"channel\":\"" + topic + "\",\"data\":1},7]}"),
        400,
        "bad_request",
        "messages[1]: must be an object");
    List<Map<String, Object>> many = Collections.nCopies(101, message(topic, 1, "a"));
    detail(
        publish(many.toArray(Map<?, ?>[]::new)),
        400,
        "bad_request",
        "messages: must have at most 100 elements");
    List<Map<String, Object>> large = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      large.add(message(topic, "x".repeat(100_000), "k" + i));
    }
    detail(publish(large.toArray(Map<?, ?>[]::new)), 413, "too_large", "the body must have");
    assertThat(app.stored(topic)).isEmpty();
  }

  private static void detail(Api.Answer answer, int status, String code, String expected) {
    assertThat(answer.problem(status, code).get("detail").asText()).startsWith(expected);
  }

  @Test
  void eachKnowsADirectConversationByTheOthersName() {
    Person ann = tenant.person("ann");
    String direct = "direct:" + ann.id();
    JsonNode answer = publish(message(direct, "hello", "a")).expect(201).json();
    assertThat(answer.at("/messages/0/channel").asText()).isEqualTo(direct);
    assertThat(ann.api().stored("direct:" + publisher.id())).containsExactly("hello");
  }

  /** Seen to fail when every refusal names the first message. */
  @Test
  void aRoomThatOneMayNotWriteToIsNotFoundByItsIndex() {
    String room =
        tenant
            .person("ann")
            .api()
            .post("api/v1/rooms", "{\"name\":\"x\",\"visibility\":\"private\"}")
            .expect(201)
            .json()
            .get("channel")
            .asText();
    detail(
        publish(message(Tenant.room(), 1, "a"), message(room, 1, "b")),
        404,
        "not_found",
        "messages[1].channel:");
  }
}
