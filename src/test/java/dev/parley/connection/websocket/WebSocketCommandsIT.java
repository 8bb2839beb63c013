package dev.parley.connection.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.testkit.Await;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.Position;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command table, row by row. */
class WebSocketCommandsIT extends WireTest {
  private final String room = Tenant.room();
  private Person ann;
  private Person bob;
  private WsClient anns;
  private WsClient bobs;

  @BeforeEach
  void twoPeopleAreConnected() {
    ann = tenant.person("ann");
    bob = tenant.person("bob");
    anns = ann.connect();
    bobs = bob.connect();
  }

  @AfterEach
  void theyLeave() {
    anns.close();
    bobs.close();
  }

  // subscribe ------------------------------------------------------------------------------------

  @Test
  void aSubscriptionSaysFromWhereItIsLive() {
    publish(anns, 3);
    JsonNode reply = bobs.command("subscribe", "channel", room);

    assertThat(reply.get("type").asText()).isEqualTo("subscribed");
    assertThat(reply.get("channel").asText()).isEqualTo(room);
    assertThat(Position.in(reply).offset()).isEqualTo(3);
    assertThat(reply.get("recovered").isBoolean()).isTrue();
    assertThat(reply.get("wasRecovering").asBoolean()).isFalse();
    assertThat(reply.get("messages")).isEmpty();
    assertThat(reply.get("permissions").isArray()).isTrue();

    publish(anns, 1);
    assertThat(Position.in(bobs.awaitMessage(room))).isEqualTo(Position.in(reply).at(4));
  }

  @Test
  void recoveryByPositionClosesTheGapWithoutAHole() {
    Position seen = Position.in(bobs.command("subscribe", "channel", room));
    bobs.cut();
    publish(anns, 5);
    try (WsClient again = bob.connect()) {
      JsonNode reply = again.command("subscribe", "channel", room, "recover", seen.json());
      assertThat(reply.get("recovered").asBoolean()).isTrue();
      assertThat(reply.get("wasRecovering").asBoolean()).isTrue();
      assertThat(offsets(reply.get("messages"))).containsExactly(1L, 2L, 3L, 4L, 5L);
      assertThat(Position.in(reply)).isEqualTo(seen.at(5));
      publish(anns, 1);
      assertThat(Position.in(again.awaitMessage(room)).offset()).isEqualTo(6);
      again.assertNothingElse();
    }
  }

  @Test
  void recoveryByACursorOfAnotherTransportClosesTheGap() {
    publish(anns, 1);
    String cursor = bob.poll(room).poll(0).get("cursor").asText();
    publish(anns, 2);
    JsonNode reply =
        bobs.command("subscribe", "channel", room, "recover", Json.object("cursor", cursor));
    assertThat(reply.get("recovered").asBoolean()).isTrue();
    assertThat(offsets(reply.get("messages"))).containsExactly(2L, 3L);
  }

  @Test
  void recoveryFromTheLivePositionHasNothingToRecover() {
    Position live = publish(anns, 2);
    JsonNode reply = bobs.command("subscribe", "channel", room, "recover", live.json());
    assertThat(reply.get("recovered").asBoolean()).isTrue();
    assertThat(reply.get("messages")).isEmpty();
    assertThat(Position.in(reply)).isEqualTo(live);
  }

  @Test
  void recoveryIsNeverPartial() {
    Position live = publish(anns, 301);
    JsonNode overTheLimit = recover(live.at(0));
    assertThat(overTheLimit.get("recovered").asBoolean()).isFalse();
    assertThat(Position.in(overTheLimit)).isEqualTo(live);

    JsonNode atTheLimit = recover(live.at(1));
    assertThat(atTheLimit.get("recovered").asBoolean()).isTrue();
    assertThat(atTheLimit.get("messages")).hasSize(300);
  }

  @Test
  void aPositionThatTheLogNeverHadIsNotRecovered() {
    Position live = publish(anns, 2);
    for (Position wrong : List.of(new Position("never", 1), live.at(99))) {
      JsonNode reply = recover(wrong);
      assertThat(reply.get("recovered").asBoolean()).as("%s", wrong).isFalse();
      assertThat(reply.get("wasRecovering").asBoolean()).isTrue();
      assertThat(Position.in(reply)).isEqualTo(live);
    }
  }

  private JsonNode recover(Position from) {
    try (WsClient client = bob.connect()) {
      return client.command("subscribe", "channel", room, "recover", from.json());
    }
  }

  @Test
  void aSubscriptionWithHistoryBeginsWithTheLastMessages() {
    publish(anns, 7);
    JsonNode reply = bobs.command("subscribe", "channel", room, "history", 3);
    assertThat(offsets(reply.get("messages"))).containsExactly(5L, 6L, 7L);
    publish(anns, 1);
    assertThat(Position.in(bobs.awaitMessage(room)).offset()).isEqualTo(8);
  }

  @Test
  void aConnectionHasAtMost128Channels() {
    int subscribed = 0;
    JsonNode reply;
    do {
      reply = bobs.reply("subscribe", "channel", room + "-" + subscribed++);
    } while (reply.get("type").asText().equals("subscribed") && subscribed < 200);
    assertThat(reply.path("code").asText()).isEqualTo("limit_exceeded");
    assertThat(subscribed).isBetween(120, 129);
    bobs.assertAlive();
  }

  // unsubscribe ----------------------------------------------------------------------------------

  @Test
  void afterUnsubscribedNothingMoreComes() {
    String other = Tenant.room();
    bobs.command("subscribe", "channel", room);
    bobs.command("subscribe", "channel", other);
    JsonNode reply = bobs.command("unsubscribe", "channel", room);
    assertThat(reply.get("type").asText()).isEqualTo("unsubscribed");
    assertThat(reply.get("channel").asText()).isEqualTo(room);

    publish(anns, 1);
    anns.command("publish", "channel", other, "data", "fence");
    bobs.awaitMessage(other);
    bobs.assertNothingElse();
  }

  // publish --------------------------------------------------------------------------------------

  @Test
  void aPublishIsAnsweredWithWhereItIsStoredAndReachesEverySubscriber() {
    anns.command("subscribe", "channel", room);
    bobs.command("subscribe", "channel", room);
    JsonNode published = anns.command("publish", "channel", room, "data", Json.object("n", 1));

    assertThat(published.get("type").asText()).isEqualTo("published");
    assertThat(published.get("channel").asText()).isEqualTo(room);
    assertThat(published.get("offset").asLong()).isEqualTo(1);
    assertThat(published.get("time").asText()).endsWith("Z").hasSize(24);
    assertThat(published.has("duplicate")).isFalse();
    for (WsClient client : List.of(anns, bobs)) {
      JsonNode message = client.awaitMessage(room);
      assertThat(message.get("messageId")).isEqualTo(published.get("messageId"));
      assertThat(Position.in(message)).isEqualTo(Position.in(published));
      assertThat(Instant.parse(message.get("time").asText()))
          .isEqualTo(Instant.parse(published.get("time").asText()));
      assertThat(message.get("event").asText()).isEqualTo("message");
      assertThat(message.get("data")).isEqualTo(Json.object("n", 1));
      assertThat(message.at("/user/id").asText()).isEqualTo(ann.id());
      client.assertNothingElse();
    }
  }

  @Test
  void theSenderComesFromTheTokenAndNeverFromThePayload() {
    bobs.command("subscribe", "channel", room);
    anns.command(
        "publish",
        "channel",
        room,
        "data",
        "x",
        "user",
        Json.object("id", bob.id()),
        "org",
        "another");
    assertThat(bobs.awaitMessage(room).at("/user/id").asText()).isEqualTo(ann.id());
  }

  @Test
  void anEventNameTravelsWithTheMessage() {
    bobs.command("subscribe", "channel", room);
    anns.command("publish", "channel", room, "event", "order.shipped", "data", 1);
    assertThat(bobs.awaitMessage(room).get("event").asText()).isEqualTo("order.shipped");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "0",
        "-12345678901234567890.0123456789",
        "1e300",
        "\"\"",
        "\"tab\\t quote\\\" line\\n é 漢 😀 \\ud83d\\ude00\"",
        "[]",
        "{}",
        "[1,[2,{\"a\":null}]]",
        "{\"b\":1,\"a\":2,\"__proto__\":{\"x\":1}}"
      })
  void dataIsAnyJsonValueAndComesAsItWasSent(String data) {
    bobs.command("subscribe", "channel", room);
    anns.sendText("{\"type\":\"publish\",\"channel\":\"" + room + "\",\"data\":" + data + "}");
    assertThat(bobs.awaitMessage(room).get("data")).isEqualTo(Json.parse(data));
    assertThat(bob.api().historyAfter(room, 0).get(0).get("data")).isEqualTo(Json.parse(data));
  }

  @Test
  void lineBreaksBetweenTokensDoNotEndTheObject() {
    // A frame is split at \n, so a pretty-printed object cannot be one; inside data \r can stand.
    bobs.command("subscribe", "channel", room);
    anns.sendText("{\"type\":\"publish\",\"channel\":\"" + room + "\",\"data\":[1,\r2]}");
    assertThat(bobs.awaitMessage(room).get("data")).isEqualTo(Json.parse("[1,2]"));
  }

  @Test
  void aPublishWithoutAnIdIsAnsweredOnlyWhenItFails() {
    bobs.command("subscribe", "channel", room);
    anns.sendText(Json.object("type", "publish", "channel", room, "data", "quiet").toString());
    bobs.awaitMessage(room);
    anns.assertNothingElse();

    anns.sendText(Json.object("type", "publish", "channel", "nowhere:x", "data", 1).toString());
    JsonNode error = anns.awaitError("not_found");
    assertThat(error.has("id")).isFalse();
    anns.assertNothingElse();
  }

  @Test
  void theSameKeyStoresOneMessage() {
    bobs.command("subscribe", "channel", room);
    JsonNode first = anns.command("publish", "channel", room, "data", "x", "key", "k1");
    JsonNode again = anns.command("publish", "channel", room, "data", "x", "key", "k1");

    assertThat(again.get("duplicate").asBoolean()).isTrue();
    ObjectNode same = again.deepCopy();
    same.remove("duplicate");
    same.set("id", first.get("id"));
    assertThat(same).isEqualTo(first);
    anns.command("publish", "channel", room, "data", "fence");
    assertThat(Position.in(bobs.awaitMessage(room)).offset()).isEqualTo(1);
    assertThat(Position.in(bobs.awaitMessage(room)).offset()).isEqualTo(2);
    assertThat(ann.api().stored(room)).containsExactly("x", "fence");
  }

  @Test
  void theSameKeyWithAnotherBodyIsAConflictAndTheFirstStays() {
    anns.command("publish", "channel", room, "data", "first", "key", "k1");
    anns.rejected("conflict", "publish", "channel", room, "data", "second", "key", "k1");
    anns.rejected(
        "conflict", "publish", "channel", room, "data", "first", "event", "e", "key", "k1");
    assertThat(ann.api().stored(room)).containsExactly("first");
  }

  @Test
  void aKeyBelongsToOneUserAndOneChannel() {
    String other = Tenant.room();
    anns.command("publish", "channel", room, "data", "ann's", "key", "k1");
    assertThat(bobs.command("publish", "channel", room, "data", "bob's", "key", "k1"))
        .noneMatch(field -> field.isBoolean());
    assertThat(anns.command("publish", "channel", other, "data", "elsewhere", "key", "k1"))
        .noneMatch(field -> field.isBoolean());
    assertThat(ann.api().stored(room)).containsExactly("ann's", "bob's");
  }

  @Test
  void aPublisherNeedNotSubscribe() {
    anns.command("publish", "channel", room, "data", "x");
    anns.assertNothingElse();
    assertThat(bob.api().stored(room)).containsExactly("x");
  }

  // ack ------------------------------------------------------------------------------------------

  @Test
  void anAckIsAcceptedWithoutAReply() {
    anns.command("subscribe", "channel", room);
    publish(anns, 1);
    anns.awaitMessage(room);
    anns.sendText(Json.object("type", "ack", "channel", room, "offset", 1).toString());
    anns.assertNothingElse();
  }

  // history --------------------------------------------------------------------------------------

  @Test
  void historyIsNewestFirstUnlessAfterIsGiven() {
    publish(anns, 5);
    assertThat(offsets(history())).containsExactly(5L, 4L, 3L, 2L, 1L);
    assertThat(offsets(history("limit", 2))).containsExactly(5L, 4L);
    assertThat(offsets(history("before", 4))).containsExactly(3L, 2L, 1L);
    assertThat(offsets(history("before", 4, "limit", 1))).containsExactly(3L);
    assertThat(offsets(history("after", 2))).containsExactly(3L, 4L, 5L);
    assertThat(offsets(history("after", 2, "limit", 2))).containsExactly(3L, 4L);
    assertThat(offsets(history("after", 5))).isEmpty();
    assertThat(offsets(history("before", 1))).isEmpty();
  }

  @Test
  void theNextCursorsWalkTheWholeHistoryInBothDirections() {
    publish(anns, 25);
    List<Long> oldestFirst = IntStream.rangeClosed(1, 25).mapToObj(Long::valueOf).toList();
    List<Long> newestFirst = new ArrayList<>(oldestFirst);
    Collections.reverse(newestFirst);

    assertThat(walk("before", bobs.command("history", "channel", room, "limit", 10)))
        .isEqualTo(newestFirst);
    assertThat(walk("after", bobs.command("history", "channel", room, "after", 0, "limit", 10)))
        .isEqualTo(oldestFirst);
  }

  private List<Long> walk(String direction, JsonNode firstPage) {
    List<Long> seen = new ArrayList<>(offsets(firstPage.get("messages")));
    JsonNode page = firstPage;
    while (page.hasNonNull("next") && seen.size() <= 100) {
      page =
          bobs.command(
              "history", "channel", room, direction, page.get("next").asText(), "limit", 10);
      seen.addAll(offsets(page.get("messages")));
    }
    return seen;
  }

  private JsonNode history(Object... fields) {
    List<Object> all = new ArrayList<>(List.of("channel", room));
    all.addAll(List.of(fields));
    JsonNode reply = bobs.command("history", all.toArray());
    assertThat(reply.get("type").asText()).isEqualTo("history");
    assertThat(reply.get("channel").asText()).isEqualTo(room);
    return reply.get("messages");
  }

  @Test
  void aMessageInHistoryIsTheOneThatWasPushed() {
    bobs.command("subscribe", "channel", room);
    anns.command("publish", "channel", room, "event", "e", "data", Json.object("a", 1));
    JsonNode pushed = bobs.awaitMessage(room);
    assertThat(history().get(0)).isEqualTo(pushed);
    assertThat(bob.api().historyAfter(room, 0)).containsExactly(pushed);
  }

  // ping, frames ---------------------------------------------------------------------------------

  @Test
  void aPingIsAnsweredWithAPong() {
    assertThat(anns.command("ping").get("type").asText()).isEqualTo("pong");
  }

  @Test
  void severalObjectsInOneFrameAreAllCarriedOutInOrder() {
    List<JsonNode> commands = new ArrayList<>();
    for (int i = 1; i <= 10; i++) {
      commands.add(
          Json.object("id", anns.freshId(), "type", "publish", "channel", room, "data", "m" + i));
    }
    var replies = commands.stream().map(c -> anns.expectReply(c.get("id").asLong())).toList();
    anns.sendText(String.join("\n", commands.stream().map(JsonNode::toString).toList()) + "\n");
    List<Long> offsets =
        replies.stream().map(r -> Await.result("a reply", r).get("offset").asLong()).toList();
    assertThat(offsets).isSorted().hasSize(10).doesNotHaveDuplicates();
    assertThat(ann.api().stored(room))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 10).mapToObj(i -> "m" + i).toList());
  }

  @Test
  void oneBadObjectInAFrameDoesNotSpoilTheOthers() {
    long first = anns.freshId();
    long last = anns.freshId();
    var replies = List.of(anns.expectReply(first), anns.expectReply(last));
    anns.sendText(
        Json.object("id", first, "type", "ping")
            + "\n{nonsense\n"
            + Json.object("id", last, "type", "ping"));
    replies.forEach(
        r -> assertThat(Await.result("a pong", r).get("type").asText()).isEqualTo("pong"));
    anns.awaitError("bad_request");
    anns.assertNothingElse();
  }

  @Test
  void aMessageInFragmentsIsOneMessage() {
    long id = anns.freshId();
    String text =
        Json.object("id", id, "type", "publish", "channel", room, "data", "é😀 in parts")
            .toString();
    var reply = anns.expectReply(id);
    anns.sendFragments(text.codePoints().mapToObj(Character::toString).toList());
    assertThat(Await.result("the reply", reply).get("type").asText()).isEqualTo("published");
    assertThat(ann.api().stored(room)).containsExactly("é😀 in parts");
  }

  @Test
  void aReplyHasTheIdOfItsCommandAlsoWhenItFails() {
    JsonNode error = anns.rejected("bad_request", "subscribe", "channel", "no colon");
    assertThat(error.get("message").asText()).contains("channel");
    assertThat(error.get("retryable").asBoolean()).isFalse();
    anns.assertNothingElse();
  }

  // Helpers --------------------------------------------------------------------------------------

  /** Publishes so many messages and returns the position of the last. */
  private Position publish(WsClient client, int count) {
    return client.publishMany(room, count);
  }

  private static List<Long> offsets(JsonNode messages) {
    return StreamSupport.stream(messages.spliterator(), false)
        .map(m -> m.get("offset").asLong())
        .toList();
  }
}
