package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.Position;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Publishing and reading history by plain HTTP. */
class MessagesApiIT extends WireTest {
  private final String room = Tenant.room();
  private Person ann;
  private Api api;

  @BeforeEach
  void ann() {
    ann = tenant.person("ann");
    api = ann.api();
  }

  // Publishing -----------------------------------------------------------------------------------

  @Test
  void aPublishIsAnsweredWithWhereItIsStored() {
    Api.Answer answer = api.publish(room, "x").expect(201);
    assertThat(answer.header("Content-Type")).startsWith("application/json");
    JsonNode stored = answer.json();
    assertThat(stored.get("messageId").asText()).isNotBlank();
    assertThat(Position.in(stored).offset()).isEqualTo(1);
    assertThat(stored.get("time").asText()).endsWith("Z").hasSize(24);
    assertThat(stored.has("duplicate")).isFalse();
  }

  @Test
  void whatIsPublishedByHttpReachesEverySubscriber() {
    try (WsClient bobs = tenant.person("bob").connect()) {
      bobs.command("subscribe", "channel", room);
      JsonNode stored =
          api.publish(room, Json.object("event", "e", "data", Json.object("a", 1)), "")
              .expect(201)
              .json();
      JsonNode message = bobs.awaitMessage(room);
      assertThat(message.get("messageId")).isEqualTo(stored.get("messageId"));
      assertThat(Position.in(message)).isEqualTo(Position.in(stored));
      assertThat(message.get("event").asText()).isEqualTo("e");
      assertThat(message.get("data")).isEqualTo(Json.object("a", 1));
      assertThat(message.at("/user/id").asText()).isEqualTo(ann.id());
    }
  }

  @Test
  void theSameKeyAgainGivesTheSameAnswerWith200() {
    ObjectNode body = Json.object("data", "x");
    JsonNode first = api.publish(room, body, "key 1").expect(201).json();
    ObjectNode again = (ObjectNode) api.publish(room, body, "key 1").expect(200).json();
    assertThat(again.remove("duplicate").asBoolean()).isTrue();
    assertThat(again).isEqualTo(first);
    assertThat(api.stored(room)).containsExactly("x");
  }

  @Test
  void theSameKeyWithAnotherBodyIsAConflict() {
    api.publish(room, Json.object("data", "first"), "k").expect(201);
    api.publish(room, Json.object("data", "second"), "k").problem(409, "conflict");
    assertThat(api.stored(room)).containsExactly("first");
  }

  @Test
  void oneKeyIsOneMessageWhateverTheTransport() {
    JsonNode first = api.publish(room, Json.object("data", "x"), "k").expect(201).json();
    try (WsClient socket = ann.connect()) {
      JsonNode again = socket.command("publish", "channel", room, "data", "x", "key", "k");
      assertThat(again.get("duplicate").asBoolean()).isTrue();
      assertThat(again.get("messageId")).isEqualTo(first.get("messageId"));
      assertThat(Position.in(again)).isEqualTo(Position.in(first));
    }
    assertThat(api.stored(room)).containsExactly("x");
  }

  @Test
  void withoutACredentialNothingIsStored() {
    new Api(server, "").publish(room, "x").problem(401, "unauthorized");
    assertThat(api.stored(room)).isEmpty();
  }

  // History --------------------------------------------------------------------------------------

  @Test
  void historyIsNewestFirstUnlessAfterIsGiven() {
    publish(5);
    assertThat(offsets("")).containsExactly(5L, 4L, 3L, 2L, 1L);
    assertThat(offsets("limit=2")).containsExactly(5L, 4L);
    assertThat(offsets("before=4")).containsExactly(3L, 2L, 1L);
    assertThat(offsets("before=4&limit=1")).containsExactly(3L);
    assertThat(offsets("after=2")).containsExactly(3L, 4L, 5L);
    assertThat(offsets("after=2&limit=2")).containsExactly(3L, 4L);
    assertThat(offsets("after=5")).isEmpty();
  }

  @Test
  void theNextCursorsWalkTheWholeHistoryInBothDirections() {
    publish(25);
    List<Long> oldestFirst = IntStream.rangeClosed(1, 25).mapToObj(Long::valueOf).toList();
    List<Long> newestFirst = new ArrayList<>(oldestFirst);
    Collections.reverse(newestFirst);
    assertThat(walk("before", "limit=10")).isEqualTo(newestFirst);
    assertThat(walk("after", "after=0&limit=10")).isEqualTo(oldestFirst);
  }

  private List<Long> walk(String direction, String firstQuery) {
    List<Long> seen = new ArrayList<>();
    String query = firstQuery;
    while (!query.isEmpty() && seen.size() <= 100) {
      JsonNode page = api.history(room, query).expect(200).json();
      seen.addAll(offsets(page));
      String next = page.path("next").asText("");
      query = next.isEmpty() ? "" : direction + "=" + ServerUrl.encode(next) + "&limit=10";
    }
    return seen;
  }

  @Test
  void aPageStaysTheSameWhileMessagesArrive() {
    publish(4);
    JsonNode page = api.history(room, "limit=2").expect(200).json();
    publish(3);
    String next = ServerUrl.encode(page.get("next").asText());
    assertThat(offsets("before=" + next + "&limit=2")).containsExactly(2L, 1L);
  }

  @Test
  void theHistoryOfARoomThatNobodyHasUsedIsEmpty() {
    JsonNode page = api.history(room, "").expect(200).json();
    assertThat(page.get("channel").asText()).isEqualTo(room);
    assertThat(page.get("messages")).isEmpty();
    assertThat(page.has("next")).isFalse();
  }

  @Test
  void aWalkFromTheFirstMessageOnIsGapless() {
    publish(230);
    assertThat(api.historyAfter(room, 0))
        .extracting(m -> m.get("offset").asLong())
        .isEqualTo(IntStream.rangeClosed(1, 230).mapToObj(Long::valueOf).toList());
  }

  // Problems -------------------------------------------------------------------------------------

  @Test
  void aProblemSaysWhatIsWrongWithoutSayingWhatIsInside() {
    Api.Answer answer = api.publish("nowhere:x", "secret payload");
    JsonNode problem = answer.problem(404, "not_found");
    assertThat(problem.get("title").asText()).isNotBlank();
    assertThat(problem.get("detail").asText()).contains("channel");
    assertThat(problem.get("retryable").asBoolean()).isFalse();
    assertThat(answer.text()).doesNotContain("secret payload").doesNotContain("Exception");
  }

  @Test
  void aNamespaceThatNobodyDeclaredIsNotFound() {
    api.history("nowhere:x", "").problem(404, "not_found");
  }

  private void publish(int count) {
    for (int i = 0; i < count; i++) {
      api.publish(room, "m" + i).expect(201);
    }
  }

  private List<Long> offsets(String query) {
    return offsets(api.history(room, query).expect(200).json());
  }

  private static List<Long> offsets(JsonNode page) {
    return StreamSupport.stream(page.get("messages").spliterator(), false)
        .map(m -> m.get("offset").asLong())
        .toList();
  }
}
