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

/** A person's content is gone everywhere, and nothing else with it. */
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
}
