package dev.parley.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.Await;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.PollClient;
import dev.parley.testkit.SseClient;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.TestRoom;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rooms and their members, from outside. */
class RoomsIT extends WireTest {
  private Person ann;
  private Person bob;
  private Person eve;

  @BeforeEach
  void people() {
    ann = tenant.person("ann");
    bob = tenant.person("bob");
    eve = tenant.person("eve");
  }

  // Being found ----------------------------------------------------------------------------------

  @Test
  void whoCreatesARoomOwnsIt() {
    JsonNode room = ann.api().post("api/v1/rooms", "{\"name\":\" Team \"}").expect(201).json();
    assertThat(room.get("name").asText()).isEqualTo("Team");
    assertThat(room.get("visibility").asText()).isEqualTo("public");
    assertThat(room.get("channel").asText()).isEqualTo("room:" + room.get("id").asText());
    assertThat(room.get("role").asText()).isEqualTo("owner");
    assertThat(room.get("members").asInt()).isEqualTo(1);
    assertThat(room.get("createdBy").asText()).isEqualTo(ann.id());
    assertThat(ann.api().get("api/v1/rooms/" + room.get("id").asText()).expect(200).json())
        .isEqualTo(room);
  }

  @Test
  void aPrivateRoomIsNotFoundByThoseOutsideItOnAnyWay() {
    TestRoom room = TestRoom.create(ann, "private").with(bob, "member");
    String channel = room.channel();
    bob.api().publish(channel, "for members").expect(201);
    JsonNode none = eve.api().get("api/v1/rooms/no-such-room").problem(404, "not_found");
    for (Api.Answer answer :
        List.of(
            eve.api().get(room.path()),
            eve.api().get(room.path() + "/members"),
            room.patch(eve, "name", "Mine"),
            eve.api().call("DELETE", room.path(), ""),
            room.put(eve, eve, "member"),
            room.remove(eve, bob))) {
      assertThat(answer.problem(404, "not_found")).isEqualTo(none);
    }
    eve.api().publish(channel, "let me in").problem(404, "not_found");
    eve.api().history(channel, "").problem(404, "not_found");
    eve.poll(channel).ask(0).problem(404, "not_found");
    eve.api().get("api/v1/stream?channels=" + channel).problem(404, "not_found");
    try (WsClient ws = eve.connect()) {
      ws.rejected("not_found", "subscribe", "channel", channel);
      ws.rejected("not_found", "publish", "channel", channel, "data", 1);
      ws.rejected("not_found", "history", "channel", channel);
    }
    assertThat(listed(eve, "")).doesNotContain(room.id());
    assertThat(listed(bob, "")).contains(room.id());
  }

  @Test
  void aRoomOfAnotherTenantIsNotFound() {
    TestRoom room = TestRoom.create(ann, "public").with(bob, "member");
    Person stranger = new Tenant(ann.server()).person("ann");
    stranger.api().get(room.path()).problem(404, "not_found");
    room.put(stranger, stranger, "member").problem(404, "not_found");
  }

  @Test
  void whatNobodyHasCreatedIsPublicAndThereFromItsFirstUseOn() {
    String channel = Tenant.room();
    String path = "api/v1/rooms/" + channel.substring("room:".length());
    ann.api().get(path).problem(404, "not_found");
    ann.api().publish(channel, "first").expect(201);
    JsonNode room = bob.api().get(path).expect(200).json();
    assertThat(room.get("visibility").asText()).isEqualTo("public");
    assertThat(room.get("members").asInt()).isZero();
    assertThat(room.has("createdBy")).isFalse();
    assertThat(bob.api().stored(channel)).containsExactly("first");
    // Nobody looks after it but the operator.
    ann.api().call("PATCH", path, "{\"name\":\"Mine\"}").problem(403, "forbidden");
    Person admin = tenant.admin("root");
    admin.api().call("PATCH", path, "{\"name\":\"Ours\"}").expect(200);
  }

  @Test
  void roomsAreListedInPages() {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      made.add(TestRoom.create(ann, i % 2 == 0 ? "private" : "public").id());
    }
    assertThat(listed(ann, "member=true&limit=2")).containsExactlyElementsOf(made);
    assertThat(listed(bob, "member=true")).isEmpty();
    assertThat(listed(bob, "limit=1"))
        .contains(made.get(1), made.get(3))
        .doesNotContain(made.get(0));
    ann.api().get("api/v1/rooms?limit=101").problem(400, "bad_request");
    ann.api().get("api/v1/rooms?cursor=*").problem(400, "bad_request");
  }

  private static List<String> listed(Person person, String query) {
    List<String> ids = new ArrayList<>();
    String next = "";
    do {
      String cursor = next.isEmpty() ? "" : "&cursor=" + next;
      JsonNode page = person.api().get("api/v1/rooms?" + query + cursor).expect(200).json();
      page.get("rooms").forEach(room -> ids.add(room.get("id").asText()));
      next = page.path("next").asText("");
    } while (!next.isEmpty());
    return ids;
  }

  // Members --------------------------------------------------------------------------------------

  @Test
  void whatHappensToARoomIsToldInItInOrder() {
    TestRoom room = TestRoom.create(ann, "public");
    try (WsClient ws = bob.connect()) {
      ws.command("subscribe", "channel", room.channel());
      room.put(bob, bob, "member").expect(200);
      room.with(bob, "reader");
      room.patch(ann, "name", "Another").expect(200);
      room.remove(bob, bob).expect(204);
      room.patch(ann, "archived", true).expect(200);
      JsonNode joined = ws.awaitMessage(room.channel());
      assertThat(joined.get("event").asText()).isEqualTo("member-joined");
      assertThat(joined.get("data")).isEqualTo(Json.object("user", bob.id(), "role", "member"));
      assertThat(joined.at("/user/id").asText()).isEqualTo(bob.id());
      assertThat(joined.get("offset").asInt()).isEqualTo(2);
      JsonNode changed = ws.awaitMessage(room.channel());
      assertThat(changed.get("event").asText()).isEqualTo("member-changed");
      assertThat(changed.at("/user/id").asText()).isEqualTo(ann.id());
      JsonNode renamed = ws.awaitMessage(room.channel());
      assertThat(renamed.get("data"))
          .isEqualTo(Json.object("name", "Another", "before", "The room"));
    }
    assertThat(ann.api().historyAfter(room.channel(), 0))
        .extracting(message -> message.get("event").asText())
        .containsExactly(
            "room-created",
            "member-joined",
            "member-changed",
            "room-renamed",
            "member-left",
            "room-archived");
  }

  @Test
  void nobodyElseSpeaksInTheServersName() {
    String channel = TestRoom.create(ann, "public").channel();
    JsonNode forged = Json.object("event", "member-removed", "data", Json.object("user", "x"));
    ann.api().publish(channel, forged, "").problem(400, "bad_request");
  }

  @Test
  void aReaderReadsAndDoesNotPublish() {
    TestRoom room = TestRoom.create(ann, "private").with(bob, "reader");
    try (WsClient ws = bob.connect()) {
      JsonNode subscribed = ws.command("subscribe", "channel", room.channel());
      assertThat(subscribed.get("permissions"))
          .extracting(JsonNode::asText)
          .containsExactly("subscribe", "history");
      ws.rejected("forbidden", "publish", "channel", room.channel(), "data", 1);
      ann.api().publish(room.channel(), "read this").expect(201);
      assertThat(ws.awaitMessage(room.channel()).get("data").asText()).isEqualTo("read this");
      room.with(bob, "member");
      ws.command("publish", "channel", room.channel(), "data", "at last");
      room.with(bob, "reader");
      ws.rejected("forbidden", "publish", "channel", room.channel(), "data", 1);
    }
  }

  @Test
  void anArchivedRoomIsReadAndNothingElse() {
    TestRoom room = TestRoom.create(ann, "private").with(bob, "member");
    bob.api().publish(room.channel(), "before").expect(201);
    ann.api().call("DELETE", room.path(), "").expect(204);
    ann.api().call("DELETE", room.path(), "").expect(204);
    ann.api().publish(room.channel(), "behind").problem(403, "forbidden");
    bob.api().publish(room.channel(), "behind").problem(403, "forbidden");
    room.patch(ann, "name", "x").problem(409, "conflict");
    room.put(ann, eve, "member").problem(409, "conflict");
    assertThat(bob.api().historyAfter(room.channel(), 0)).hasSize(4);
    room.patch(ann, "archived", false, "name", "Open again").expect(200);
    bob.api().publish(room.channel(), "behind").expect(201);
  }

  @Test
  void theLastOwnerHandsOverBeforeLeaving() {
    TestRoom room = TestRoom.create(ann, "private").with(bob, "member");
    room.remove(ann, ann).problem(409, "conflict");
    room.put(ann, ann, "member").problem(409, "conflict");
    room.remove(bob, ann).problem(403, "forbidden");
    room.with(bob, "owner");
    room.remove(ann, ann).expect(204);
    ann.api().get(room.path()).problem(404, "not_found");
    room.remove(bob, bob).problem(409, "conflict");
  }

  @Test
  void onlyOwnersInviteAndRemove() {
    TestRoom room = TestRoom.create(ann, "public");
    room.put(bob, eve, "member").problem(403, "forbidden");
    room.put(bob, bob, "owner").problem(403, "forbidden");
    room.put(bob, bob, "member").expect(200);
    room.put(bob, bob, "owner").problem(403, "forbidden");
    room.put(bob, bob, "reader").problem(403, "forbidden");
    room.put(bob, eve, "member").problem(403, "forbidden");
    room.patch(bob, "name", "x").problem(403, "forbidden");
    room.remove(bob, ann).problem(403, "forbidden");
    room.remove(ann, eve).problem(404, "not_found");
    room.put(ann, bob, "king").problem(400, "bad_request");
    JsonNode members = eve.api().get(room.path() + "/members?limit=1").expect(200).json();
    assertThat(members.get("members")).hasSize(1);
    assertThat(members.at("/members/0/role").asText()).isEqualTo("owner");
    JsonNode rest =
        eve.api()
            .get(room.path() + "/members?cursor=" + members.get("next").asText())
            .expect(200)
            .json();
    assertThat(rest.at("/members/0/user").asText()).isEqualTo(bob.id());
    assertThat(rest.has("next")).isFalse();
  }

  @Test
  void twoOwnersWhoLeaveAtOnceDoNotBothSucceed() {
    TestRoom room = TestRoom.create(ann, "private").with(bob, "owner");
    List<Integer> statuses =
        Stream.of(ann, bob)
            .map(one -> CompletableFuture.supplyAsync(() -> room.remove(one, one).status()))
            .toList()
            .stream()
            .map(answer -> Await.result("an answer", answer))
            .sorted()
            .toList();
    assertThat(statuses).containsExactly(204, 409);
  }

  // Being put out --------------------------------------------------------------------------------

  @Test
  void aRemovedMemberStopsReceivingOnEveryTransport() {
    TestRoom room = TestRoom.create(ann, "private").with(bob, "member");
    String channel = room.channel();
    PollClient poll = bob.poll(channel);
    poll.poll(0);
    try (WsClient ws = bob.connect();
        WsClient others = ann.connect();
        SseClient stream = bob.sse(channel).open()) {
      ws.command("subscribe", "channel", channel);
      others.command("subscribe", "channel", channel);
      stream.awaitConnected();
      room.remove(ann, bob).expect(204);
      JsonNode push = ws.awaitPush("unsubscribed");
      assertThat(push.get("channel").asText()).isEqualTo(channel);
      assertThat(push.get("reason").asText()).contains("no member");
      assertThat(stream.awaitEvent("unsubscribed").json().get("channel").asText())
          .isEqualTo(channel);
      ann.api().publish(channel, "behind his back").expect(201);
      others.awaitFrame("it", f -> f.path("data").asText().equals("behind his back"));
      ws.rejected("not_found", "publish", "channel", channel, "data", 1);
      ws.rejected("not_found", "subscribe", "channel", channel);
      ws.assertAlive();
      assertThat(ws.command("ping").get("type").asText()).isEqualTo("pong");
      assertThat(stream.rest()).noneMatch(event -> event.data().contains("behind his back"));
      poll.ask(0).problem(404, "not_found");
    }
  }

  @Test
  void aPollThatWaitsIsAnsweredWhenItsReaderIsRemoved() {
    TestRoom room = TestRoom.create(ann, "private").with(bob, "member");
    PollClient poll = bob.poll(room.channel());
    poll.poll(0);
    // Whether it is parked already, and whether the message that he was removed comes to him first,
    // is nobody's to say.
    CompletableFuture<Api.Answer> waiting = poll.askAsync(20);
    long start = System.nanoTime();
    room.remove(ann, bob).expect(204);
    Api.Answer answer = Await.result("the poll", waiting);
    assertThat(answer.status()).isIn(200, 404);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    poll.ask(0).problem(404, "not_found");
  }

  @Test
  void publishesKeepTheirOrderThoughTheRoomIsLookedUpFirst() {
    for (int round = 0; round < 5; round++) {
      String channel = TestRoom.create(ann, "private").channel();
      try (WsClient ws = ann.connect()) {
        for (int i = 0; i < 50; i++) {
          ws.sendText(Json.object("type", "publish", "channel", channel, "data", i).toString());
        }
        Await.until("all are stored", () -> published(channel).size() == 50);
        assertThat(published(channel)).isSorted();
      }
    }
  }

  private List<Integer> published(String channel) {
    return ann.api().historyAfter(channel, 1).stream().map(m -> m.get("data").asInt()).toList();
  }

  @Test
  void whoLeavesAPublicRoomGoesOnReading() {
    TestRoom room = TestRoom.create(ann, "public");
    room.put(bob, bob, "member").expect(200);
    try (WsClient ws = bob.connect()) {
      ws.command("subscribe", "channel", room.channel());
      room.remove(bob, bob).expect(204);
      assertThat(ws.awaitMessage(room.channel()).get("event").asText()).isEqualTo("member-left");
      ann.api().publish(room.channel(), "still here?").expect(201);
      assertThat(ws.awaitMessage(room.channel()).get("data").asText()).isEqualTo("still here?");
    }
  }

  @Test
  void whoIsInvitedAgainReadsAgain() {
    TestRoom room = TestRoom.create(ann, "private");
    try (WsClient ws = bob.connect()) {
      for (int round = 0; round < 10; round++) {
        room.with(bob, "member");
        ws.command("subscribe", "channel", room.channel());
        room.remove(ann, bob).expect(204);
        ws.awaitPush("unsubscribed");
      }
    }
  }
}
