package dev.parley.presence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.Await;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.SseClient;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Presence and typing on every transport, and over HTTP. */
class PresenceIT extends WireTest {
  private final String room = Tenant.room();
  private Person ann;
  private Person bob;

  @BeforeEach
  void people() {
    ann = tenant.person("ann");
    bob = tenant.person("bob");
  }

  private static List<String> ids(JsonNode users) {
    List<String> ids = new ArrayList<>();
    users.forEach(user -> ids.add(user.get("id").asText()));
    return ids;
  }

  private static boolean is(JsonNode frame, String event, Person person) {
    return frame.path("type").asText().equals("presence")
        && frame.path("event").asText().equals(event)
        && frame.at("/user/id").asText().equals(person.id());
  }

  private static boolean isTyping(JsonNode frame, Person person, boolean typing) {
    return frame.path("type").asText().equals("typing")
        && frame.at("/user/id").asText().equals(person.id())
        && frame.path("typing").asBoolean() == typing;
  }

  private JsonNode awaitPresence(WsClient socket, String event, Person person) {
    return socket.awaitFrame(event + " of " + person.id(), frame -> is(frame, event, person));
  }

  /** Without an id, because it is answered only when it fails. */
  private void startTyping(WsClient socket) {
    socket.sendText(Json.object("type", "typing", "channel", room, "typing", true).toString());
  }

  private String usersPath(String users) {
    return "api/v1/presence?users=" + users;
  }

  private static String channelPath(String channel) {
    return "api/v1/channels/" + channel + "/presence";
  }

  @Test
  void aWebSocketGetsTheListAndThenEveryChange() {
    try (WsClient watcher = ann.connect()) {
      JsonNode list = watcher.command("subscribe", "channel", room, "presence", true);
      List<String> there = new ArrayList<>(ids(list.get("presence")));
      if (there.isEmpty()) {
        awaitPresence(watcher, "join", ann);
        there.add(ann.id());
      }
      assertThat(there).containsExactly(ann.id());
      WsClient other = bob.connect();
      other.command("subscribe", "channel", room);
      JsonNode join = awaitPresence(watcher, "join", bob);
      assertThat(join.get("channel").asText()).isEqualTo(room);
      assertThat(join.at("/user/status").asText()).isEqualTo("online");
      JsonNode ok = other.command("status", "status", "busy", "info", "in a call");
      assertThat(ok.get("type").asText()).isEqualTo("ok");
      JsonNode update = awaitPresence(watcher, "update", bob);
      assertThat(update.at("/user/status").asText()).isEqualTo("busy");
      assertThat(update.at("/user/info").asText()).isEqualTo("in a call");
      JsonNode asked = watcher.command("presence", "channel", room);
      assertThat(asked.get("type").asText()).isEqualTo("presence");
      assertThat(ids(asked.get("users"))).containsExactlyInAnyOrder(ann.id(), bob.id());
      other.close();
      awaitPresence(watcher, "leave", bob);
      watcher.assertNothingElse();
    }
  }

  @Test
  void whoOnlySubscribesIsSeenAndNotTold() {
    try (WsClient watcher = ann.connect();
        WsClient other = bob.connect()) {
      assertThat(watcher.command("subscribe", "channel", room).has("presence")).isFalse();
      other.command("subscribe", "channel", room);
      Await.until("both are seen", () -> total(room) == 2);
      watcher.assertNothingElse();
    }
  }

  private int total(String channel) {
    return ann.api().get(channelPath(channel)).expect(200).json().get("total").asInt();
  }

  @Test
  void aSecondTabAndAReloadAreNoNews() {
    try (WsClient watcher = ann.connect()) {
      watcher.command("subscribe", "channel", room, "presence", true);
      WsClient first = bob.connect();
      first.command("subscribe", "channel", room);
      awaitPresence(watcher, "join", bob);
      try (WsClient second = bob.connect()) {
        second.command("subscribe", "channel", room);
        first.close();
        try (WsClient third = bob.connect()) {
          third.command("subscribe", "channel", room);
          second.command("unsubscribe", "channel", room);
        }
        second.command("subscribe", "channel", room);
        // Somebody else's coming and going shows that the time for a leave of bob is over.
        Person cid = tenant.person("cid");
        WsClient late = cid.connect();
        late.command("subscribe", "channel", room);
        late.close();
        awaitPresence(watcher, "leave", cid);
      }
      awaitPresence(watcher, "leave", bob);
      watcher.awaitFrame("the join of cid", frame -> frame.path("event").asText().equals("join"));
    }
  }

  @Test
  void anEventStreamGetsTheListAndThenEveryChangeAndItsOwnerIsPresent() {
    try (SseClient stream = ann.sse(room).query("presence", "true").open();
        WsClient other = bob.connect()) {
      JsonNode list = stream.awaitEvent("presence").json();
      assertThat(list.get("channel").asText()).isEqualTo(room);
      assertThat(list.get("users").isArray()).isTrue();
      JsonNode reply = other.command("subscribe", "channel", room, "presence", true);
      assertThat(ids(reply.get("presence"))).contains(ann.id());
      stream.awaitEvent(
          "join of bob", e -> e.name().equals("presence") && is(e.json(), "join", bob));
      startTyping(other);
      stream.awaitEvent(
          "typing of bob", e -> e.name().equals("typing") && isTyping(e.json(), bob, true));
      ann.api().post("api/v1/channels/" + room + "/typing", "").expect(204);
      other.awaitFrame("typing of ann", frame -> isTyping(frame, ann, true));
      stream.cut();
      for (int i = 0; i < 3; i++) {
        // That it is gone shows with the second write at the latest.
        other.command("publish", "channel", room, "data", i);
      }
      awaitPresence(other, "leave", ann);
    }
  }

  @Test
  void aPollGetsTheListWhenItIsAnotherThanTheOneItHas() {
    JsonNode first = poll("&wait=0&presence=").expect(200).json();
    assertThat(ids(first.at("/presence").get(room))).isSubsetOf(ann.id());
    String tag = settled(first.get("presenceTag").asText());
    JsonNode same = poll("&wait=0&presence=" + tag).expect(200).json();
    assertThat(same.get("presenceTag").asText()).isEqualTo(tag);
    assertThat(same.has("presence")).isFalse();

    CompletableFuture<Api.Answer> parked =
        CompletableFuture.supplyAsync(() -> poll("&wait=20&presence=" + tag));
    try (WsClient other = bob.connect()) {
      other.command("subscribe", "channel", room);
      JsonNode answer = Await.result("the poll", Duration.ofSeconds(15), parked).expect(200).json();
      assertThat(answer.get("messages")).isEmpty();
      assertThat(ids(answer.at("/presence").get(room)))
          .containsExactlyInAnyOrder(ann.id(), bob.id());
      assertThat(answer.get("presenceTag").asText()).isNotEqualTo(tag);
    }
    assertThat(poll("&wait=0").expect(200).json().has("presenceTag")).isFalse();
  }

  /** The first poll's own coming may be told by the next one. */
  private String settled(String tag) {
    String[] last = {tag};
    Await.until(
        "the list has ann",
        () -> {
          JsonNode answer = poll("&wait=0&presence=").expect(200).json();
          last[0] = answer.get("presenceTag").asText();
          return ids(answer.at("/presence").get(room)).contains(ann.id());
        });
    return last[0];
  }

  private Api.Answer poll(String more) {
    return ann.api().get("api/v1/poll?channels=" + room + more);
  }

  @Test
  void aWaitingPollIsToldWhoTypes() {
    try (WsClient other = bob.connect()) {
      other.command("subscribe", "channel", room);
      CompletableFuture<Api.Answer> parked =
          CompletableFuture.supplyAsync(() -> poll("&wait=20&typing=true"));
      while (!parked.isDone()) {
        other.reply("presence", "channel", room);
        other.sendText(Json.object("type", "typing", "channel", room, "typing", true).toString());
      }
      JsonNode answer = parked.join().expect(200).json();
      assertThat(answer.get("typing")).hasSize(1);
      assertThat(isTyping(answer.get("typing").get(0), bob, true)).isTrue();
    }
  }

  @Test
  void typingIsToldToTheOthersAndEndsWithTheMessageOrByItself() {
    try (WsClient writer = bob.connect();
        WsClient tablet = bob.connect();
        WsClient other = ann.connect()) {
      for (WsClient socket : List.of(writer, tablet, other)) {
        socket.command("subscribe", "channel", room);
      }
      startTyping(writer);
      JsonNode push = other.awaitFrame("typing", frame -> isTyping(frame, bob, true));
      assertThat(push.get("channel").asText()).isEqualTo(room);
      writer.command("publish", "channel", room, "data", "said");
      other.awaitFrame("no typing", frame -> isTyping(frame, bob, false));

      bob.api().post("api/v1/channels/" + room + "/typing", "{\"typing\":true}").expect(204);
      other.awaitFrame("typing again", frame -> isTyping(frame, bob, true));
      long since = System.nanoTime();
      other.awaitFrame("no typing again", frame -> isTyping(frame, bob, false));
      assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(7));
      tablet.awaitMessage(room);
      tablet.assertNothingElse();
    }
  }

  @Test
  void statusAndLastTimeOfManyAreOneQuestion() {
    try (WsClient asker = ann.connect()) {
      WsClient other = WsClient.to(server).subprotocols("parley.v1.json").open();
      other.command("connect", "token", bob.token(), "device", "lap top");
      JsonNode users = presence(ann, ann.id() + "," + bob.id() + ",nobody");
      assertThat(ids(users)).containsExactly(ann.id(), bob.id(), "nobody");
      assertThat(users.get(1).get("status").asText()).isEqualTo("online");
      assertThat(users.get(1).at("/devices/0/device").asText()).isEqualTo("lap top");
      assertThat(users.get(1).at("/devices/0/transport").asText()).isEqualTo("websocket");
      assertThat(users.get(2).get("status").asText()).isEqualTo("offline");
      assertThat(users.get(2).has("lastSeen")).isFalse();
      other.close();
      Await.until(
          "bob is offline",
          () -> presence(ann, bob.id()).get(0).get("status").asText().equals("offline"));
      Await.until("and was seen", () -> presence(ann, bob.id()).get(0).has("lastSeen"));
      asker.assertAlive();
    }
  }

  private JsonNode presence(Person who, String users) {
    return who.api().get(usersPath(users)).expect(200).json().get("users");
  }

  @Test
  void nobodySeesBeyondTheirTenant() {
    Person stranger = new Tenant(server).person("eve");
    try (WsClient inside = bob.connect();
        WsClient outside = stranger.connect()) {
      inside.command("subscribe", "channel", room);
      JsonNode reply = outside.command("subscribe", "channel", room, "presence", true);
      assertThat(ids(reply.get("presence"))).doesNotContain(bob.id());
      startTyping(inside);
      assertThat(presence(stranger, bob.id()).get(0).get("status").asText()).isEqualTo("offline");
      assertThat(ids(stranger.api().get(channelPath(room)).expect(200).json().get("users")))
          .doesNotContain(bob.id());
      outside.assertAlive();
    }
  }

  @Test
  void whatIsWrongIsSaidInTheSameWayOnEveryTransport() {
    try (WsClient socket = ann.connect()) {
      socket.rejected("not_found", "presence", "channel", "nowhere:a");
      socket.rejected("bad_request", "presence", "channel", ann.userChannel());
      socket.rejected("forbidden", "presence", "channel", bob.userChannel());
      socket.rejected("forbidden", "typing", "channel", ann.orgChannel(), "typing", true);
      socket.rejected("bad_request", "status", "status", "offline");
      socket.rejected("bad_request", "presence", "channel", "room");
    }
    Api api = ann.api();
    api.get(channelPath("nowhere:a")).problem(404, "not_found");
    api.get(channelPath(ann.userChannel())).problem(400, "bad_request");
    api.get(channelPath(bob.userChannel())).problem(403, "forbidden");
    api.get(channelPath(room) + "?limit=101").problem(400, "bad_request");
    api.get(channelPath(room) + "?limit=x").problem(400, "bad_request");
    api.post("api/v1/channels/" + ann.orgChannel() + "/typing", "").problem(403, "forbidden");
    api.get("api/v1/presence").problem(400, "bad_request");
    api.get(usersPath("u,".repeat(101) + "v" + ",w".repeat(101))).expect(200);
    StringBuilder many = new StringBuilder("u0");
    for (int i = 1; i <= 100; i++) {
      many.append(",u").append(i);
    }
    api.get(usersPath(many.toString())).problem(400, "bad_request");
  }
}
