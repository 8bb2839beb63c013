package dev.parley.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.Position;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.Tokens;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A person's content is gone everywhere, and nothing else with it. Seen to fail, test by test: when
 * an erased message keeps its data; when receipts and confirmations stay; when the person stays in
 * the rooms; when the inbox is not emptied; when what a held person was sent is emptied; when that
 * somebody was erased is told also where nothing was, or counts as a message that anybody may
 * publish; when clients are not told; when the logs of other tenants are walked as well; when what
 * was sent keeps its content; when nobody asks whether the caller is an admin, or for holds.
 */
class ErasureIT extends WireTest {
  private final String room = Tenant.room();
  private Person ann;
  private Person bob;
  private Api admin;
  private Api app;

  @BeforeEach
  void people() {
    ann = tenant.person("ann");
    bob = tenant.person("bob");
    admin = tenant.admin("root").api();
    app = tenant.publisher("app").api();
  }

  private JsonNode erase(Person person) {
    return admin.call("DELETE", path(person), "").expect(200).json();
  }

  private static String path(Person person) {
    return "api/v1/admin/users/" + person.id() + "/data";
  }

  private void notifyOf(Person person, String text) {
    String body = Json.object("users", List.of(person.id()), "data", text).toString();
    app.post("api/v1/notifications", body).expect(201);
  }

  @Test
  void whatIsLeftHasItsPlaceAndNothingElse() {
    bob.api().publish(room, "bob's secret").expect(201);
    ann.api().publish(room, "ann's").expect(201);
    bob.api().publish(room, "bob's other secret").expect(201);
    JsonNode counts = erase(bob);
    assertThat(counts.get("messages").asInt()).isEqualTo(2);
    List<JsonNode> log = ann.api().historyAfter(room, 0);
    assertThat(log).extracting(one -> one.get("offset").asLong()).containsExactly(1L, 2L, 3L, 4L);
    for (JsonNode placeholder : List.of(log.get(0), log.get(2))) {
      assertThat(placeholder.get("event").asText()).isEqualTo("erased");
      assertThat(placeholder.get("data").isNull()).isTrue();
      assertThat(placeholder.has("user")).isFalse();
      assertThat(placeholder.get("messageId").asText()).isNotBlank();
    }
    assertThat(log.get(1).get("data").asText()).isEqualTo("ann's");
    assertThat(log.get(3).get("event").asText()).isEqualTo("person-erased");
    assertThat(log.toString()).doesNotContain("secret");
  }

  @Test
  void liveClientsAreToldAndWhoRecoversGetsThePlaceholders() {
    try (WsClient live = ann.connect()) {
      Position start = Position.in(live.command("subscribe", "channel", room));
      bob.api().publish(room, "bob's secret").expect(201);
      assertThat(live.awaitMessage(room).get("data").asText()).isEqualTo("bob's secret");
      erase(bob);
      JsonNode told = live.awaitMessage(room);
      assertThat(told.get("event").asText()).isEqualTo("person-erased");
      assertThat(told.at("/data/user").asText()).isEqualTo(bob.id());
      // The node that has delivered it remembers it no more than the log does.
      try (WsClient late = ann.connect()) {
        JsonNode joined = late.command("subscribe", "channel", room, "recover", start.json());
        assertThat(joined.get("recovered").asBoolean()).isTrue();
        assertThat(joined.get("messages")).hasSize(2);
        assertThat(joined.toString()).doesNotContain("secret");
      }
    }
  }

  private static JsonNode bodyOf(Object data) {
    return Json.object("data", data);
  }

  private String told(Person who, String channel, String text) {
    return who.api().publish(channel, text).expect(201).json().get("messageId").asText();
  }

  @Test
  void changesStayReadableAndLoseTheirAuthorOnly() {
    try (WsClient live = ann.connect()) {
      Position start = Position.in(live.command("subscribe", "channel", room));
      String anns = Api.messagesPath(room) + "/" + told(ann, room, "ann's");
      String edited = Api.messagesPath(room) + "/" + told(bob, room, "secret");
      bob.api().call("PATCH", edited, bodyOf("edited secret").toString()).expect(200);
      bob.api().call("PUT", anns + "/reactions/x", "").expect(200);
      String taken = Api.messagesPath(room) + "/" + told(bob, room, "other secret");
      bob.api().call("DELETE", taken, "").expect(200);
      erase(bob);

      List<JsonNode> log = ann.api().historyAfter(room, 0);
      assertThat(log)
          .extracting(one -> one.get("event").asText())
          .containsExactly(
              "message",
              "erased",
              "message-updated",
              "message-reaction",
              "erased",
              "message-deleted",
              "person-erased");
      assertThat(log.get(2).at("/data/data").isNull()).isTrue();
      assertThat(log.get(2).at("/data/offset").asLong()).isEqualTo(2);
      assertThat(log.subList(0, 6).toString()).doesNotContain("secret", bob.id());
      assertThat(log.get(0).path("reactions")).isEmpty();
      try (WsClient late = ann.connect()) {
        JsonNode joined = late.command("subscribe", "channel", room, "recover", start.json());
        assertThat(joined.get("recovered").asBoolean()).isTrue();
        assertThat(joined.get("messages")).hasSize(7);
        assertThat(joined.toString()).doesNotContain("secret");
      }
      assertThat(erase(bob).get("messages").asInt()).isZero();
    }
  }

  @Test
  void inADirectConversationTheOtherKeepsTheirOwn() {
    bob.api().publish("direct:" + ann.id(), "secret").expect(201);
    ann.api().publish("direct:" + bob.id(), "ann's").expect(201);
    assertThat(erase(bob).get("messages").asInt()).isEqualTo(1);
    List<JsonNode> log = ann.api().historyAfter("direct:" + bob.id(), 0);
    assertThat(log)
        .extracting(one -> one.get("event").asText())
        .containsExactly("erased", "message", "person-erased");
    assertThat(log.toString()).doesNotContain("secret");
  }

  private String roomOf(Person owner, Person... others) {
    String id =
        owner
            .api()
            .post("api/v1/rooms", "{\"name\":\"Team\",\"visibility\":\"private\"}")
            .expect(201)
            .json()
            .get("id")
            .asText();
    for (Person other : others) {
      owner.api().call("PUT", "api/v1/rooms/" + id + "/members/" + other.id(), "{}").expect(200);
    }
    return id;
  }

  @Test
  void thePersonLeavesTheirRoomsAndWhoIsThereLongestLooksAfterThem() {
    Person eve = tenant.person("eve");
    String shared = roomOf(bob, ann, eve);
    String alone = roomOf(bob);
    assertThat(erase(bob).get("rooms").asInt()).isEqualTo(2);
    bob.api().get("api/v1/rooms/" + shared).problem(404, "not_found");
    JsonNode left = ann.api().get("api/v1/rooms/" + shared).expect(200).json();
    assertThat(left.get("role").asText()).isEqualTo("owner");
    assertThat(left.get("members").asInt()).isEqualTo(2);
    assertThat(left.has("createdBy")).isFalse();
    assertThat(ann.api().get("api/v1/rooms/" + shared + "/members").text())
        .doesNotContain(bob.id());
    JsonNode empty = admin.get("api/v1/rooms/" + alone).expect(200).json();
    assertThat(empty.get("archived").asBoolean()).isTrue();
    assertThat(empty.get("members").asInt()).isZero();
  }

  @Test
  void nobodyFindsWhatThePersonHasReadOrConfirmed() {
    String channel = "room:" + roomOf(ann, bob);
    JsonNode asks = Json.object("data", "please", "confirm", true);
    JsonNode stored = ann.api().publish(channel, asks, "").expect(201).json();
    String message = Api.messagesPath(channel) + "/" + stored.get("messageId").asText();
    bob.api().call("PUT", message + "/confirmation", "").expect(200);
    String receipts = "api/v1/channels/" + channel + "/receipts";
    bob.api().call("PUT", receipts, Json.object("read", 1).toString()).expect(200);
    assertThat(ann.api().get(message + "/confirmations").text()).contains(bob.id());
    assertThat(ann.api().get(receipts).text()).contains(bob.id());
    erase(bob);
    assertThat(ann.api().get(message + "/confirmations").expect(200).text())
        .doesNotContain(bob.id());
    assertThat(ann.api().get(receipts).expect(200).text()).doesNotContain(bob.id());
  }

  @Test
  void thatSomebodyWasErasedIsNothingUnread() {
    String channel = "room:" + roomOf(ann, bob);
    bob.api().publish(channel, "secret").expect(201);
    JsonNode before = ann.api().get("api/v1/conversations").expect(200).json();
    assertThat(before.at("/conversations/0/unread").asInt()).isEqualTo(1);
    erase(bob);
    JsonNode after = ann.api().get("api/v1/conversations").expect(200).json();
    assertThat(after.at("/conversations/0/unread").asInt()).isEqualTo(1);
  }

  @Test
  void whatThePersonWasNotifiedOfIsGoneToo() {
    notifyOf(bob, "secret for bob");
    notifyOf(ann, "for ann");
    try (WsClient device = bob.connect()) {
      JsonNode counts = erase(bob);
      assertThat(counts.get("notifications").asInt()).isEqualTo(1);
      assertThat(device.awaitMessage(bob.userChannel()).get("event").asText())
          .isIn("notifications-cleared", "erased");
    }
    JsonNode inbox = bob.api().get("api/v1/notifications").expect(200).json();
    assertThat(inbox.get("notifications")).isEmpty();
    assertThat(inbox.get("unread").asInt()).isZero();
    assertThat(bob.api().historyAfter(bob.userChannel(), 0).toString()).doesNotContain("secret");
    assertThat(ann.api().get("api/v1/notifications").text()).contains("for ann");
  }

  @Test
  void whatThePersonHasNotifiedOthersOfIsEmptied() {
    Person shop = tenant.publisher("shop");
    String body = Json.object("users", List.of(ann.id()), "data", "secret").toString();
    shop.api().post("api/v1/notifications", body).expect(201);
    JsonNode counts = erase(shop);
    assertThat(counts.get("calls").asInt()).isEqualTo(1);
    assertThat(counts.get("sent").asInt()).isEqualTo(1);
    JsonNode inbox = ann.api().get("api/v1/notifications").expect(200).json();
    assertThat(inbox.get("notifications")).hasSize(1);
    assertThat(inbox.toString()).doesNotContain("secret", shop.id());
    assertThat(ann.api().historyAfter(ann.userChannel(), 0).toString()).doesNotContain("secret");
  }

  @Test
  void onceMoreFindsNothingAndTellsNobody() {
    bob.api().publish(room, "x").expect(201);
    erase(bob);
    int stored = ann.api().historyAfter(room, 0).size();
    assertThat(erase(bob).get("messages").asInt()).isZero();
    assertThat(ann.api().historyAfter(room, 0)).hasSize(stored);
  }

  @Test
  void someoneElseOfThatNameInAnotherTenantKeepsEverything() {
    Tenant elsewhere = new Tenant(server);
    String org = elsewhere.org();
    Person twin = new Person(server, bob.id(), org, new Tokens(server).of(bob.id(), org));
    twin.api().publish(room, "twin's").expect(201);
    bob.api().publish(room, "bob's").expect(201);
    erase(bob);
    assertThat(twin.api().stored(room)).containsExactly("twin's");
  }

  @Test
  void onlyAnAdminErases() {
    bob.api().publish(room, "x").expect(201);
    ann.api().call("DELETE", path(bob), "").problem(403, "forbidden");
    app.call("DELETE", path(bob), "").problem(403, "forbidden");
    assertThat(ann.api().stored(room)).containsExactly("x");
  }

  @Test
  void whoIsUnderLegalHoldIsNotErased() {
    bob.api().publish(room, "x").expect(201);
    String holds = "api/v1/admin/holds";
    for (String whom : List.of("/users/" + bob.id(), "/tenant")) {
      ann.api().call("PUT", holds + whom, "").problem(403, "forbidden");
      admin.call("PUT", holds + whom, "").expect(204);
      admin.call("PUT", holds + whom, "").expect(204);
      admin.call("DELETE", path(bob), "").problem(409, "conflict");
      admin.call("DELETE", holds + whom, "").expect(204);
    }
    admin.call("PUT", holds + "/users/" + ann.id(), "").expect(204);
    assertThat(admin.get(holds).expect(200).json().get("users")).hasSize(1);
    assertThat(erase(bob).get("messages").asInt()).isEqualTo(1);
  }

  @Test
  void nobodyPublishesWhatOnlyTheServerSays() {
    for (String event : List.of("person-erased", "erased")) {
      JsonNode body = Json.object("event", event, "data", Json.object("user", ann.id()));
      JsonNode problem = bob.api().publish(room, body, "").problem(400, "bad_request");
      assertThat(problem.get("detail").asText()).startsWith("event:");
    }
  }

  /** The hold is of who was told: the person who told it is erased elsewhere. */
  @Test
  void whatWasSentToSomebodyUnderHoldStaysUntilItEnds() {
    Person shop = tenant.publisher("shop");
    for (Person whom : List.of(ann, bob)) {
      String body = Json.object("users", List.of(whom.id()), "data", "secret").toString();
      shop.api().post("api/v1/notifications", body).expect(201);
    }
    String hold = "api/v1/admin/holds/users/" + ann.id();
    admin.call("PUT", hold, "").expect(204);
    assertThat(erase(shop).get("sent").asInt()).isEqualTo(1);
    assertThat(ann.api().get("api/v1/notifications").text()).contains("secret");
    assertThat(ann.api().historyAfter(ann.userChannel(), 0).toString()).contains("secret");
    assertThat(bob.api().get("api/v1/notifications").text()).doesNotContain("secret");
    admin.call("DELETE", hold, "").expect(204);
    assertThat(erase(shop).get("sent").asInt()).isEqualTo(1);
    assertThat(ann.api().get("api/v1/notifications").text()).doesNotContain("secret");
    assertThat(ann.api().historyAfter(ann.userChannel(), 0).toString()).doesNotContain("secret");
  }
}
