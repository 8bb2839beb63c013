package dev.parley.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.SseClient;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules of the application and of tokens, what happens when they change, and who is told why. */
class PolicyIT extends WireTest {
  private static final String VAULT = "vault:gold";

  private Person ann;
  private Person bob;
  private Api admin;

  @BeforeEach
  void people() {
    ann = tenant.person("ann");
    bob = tenant.person("bob");
    admin = tenant.admin("root").api();
  }

  private void rule(Person person, Verdict verdict) {
    new Api(server, "")
        .post("test/vault?user=" + ServerUrl.encode(person.id()) + "&verdict=" + verdict, "")
        .expect(204);
  }

  /** Seen to fail when nobody observes that the rules have changed. */
  @Test
  void aRuleOfTheApplicationLetsInAndPutsOut() {
    try (WsClient anns = ann.connect();
        WsClient bobs = bob.connect()) {
      anns.rejected("forbidden", "subscribe", "channel", VAULT);
      rule(ann, Verdict.GRANT);
      rule(bob, Verdict.GRANT);
      anns.command("subscribe", "channel", VAULT);
      bobs.command("subscribe", "channel", VAULT);
      try (SseClient stream = ann.sse(VAULT).open()) {
        stream.awaitConnected();
        anns.command("publish", "channel", VAULT, "data", "one");
        stream.awaitMessage(VAULT);
        rule(ann, Verdict.DENY);
        assertThat(stream.awaitEvent("unsubscribed").json().get("reason").asText())
            .contains("rules");
      }
      JsonNode end = anns.awaitPush("unsubscribed");
      assertThat(end.get("channel").asText()).isEqualTo(VAULT);
      assertThat(end.get("reason").asText()).contains("rules");
      for (String command : List.of("subscribe", "history", "presence")) {
        anns.rejected("forbidden", command, "channel", VAULT);
      }
      anns.rejected("forbidden", "publish", "channel", VAULT, "data", "two");
      ann.api().history(VAULT, "").problem(403, "forbidden");
      ann.poll(VAULT).ask(0).problem(403, "forbidden");
      // The other one reads on.
      bobs.awaitMessage(VAULT);
      bobs.command("publish", "channel", VAULT, "data", "three");
      assertThat(bobs.awaitMessage(VAULT).get("data").asText()).isEqualTo("three");
      assertThat(anns.awaitMessage(VAULT).get("data").asText()).isEqualTo("one");
      anns.assertAlive();
      anns.assertNoMessage(VAULT);
    }
  }

  /** Seen to fail when tickets do not keep what the token grants. */
  @Test
  void whatATokenGrantsIsThereOnEveryWayInAndNothingMore() {
    Person granted = granted(ann, "{\"desk:eur*\":[\"subscribe\"]}");
    ann.api().history("desk:eur", "").problem(403, "forbidden");
    try (WsClient byHeader = granted.connect();
        WsClient byTicket = WsClient.to(server).query("ticket=" + granted.api().ticket()).open()) {
      byTicket.awaitPush("connected");
      for (WsClient client : List.of(byHeader, byTicket)) {
        JsonNode reply = client.command("subscribe", "channel", "desk:eur.usd");
        assertThat(reply.get("permissions")).hasSize(1);
        client.rejected("forbidden", "subscribe", "channel", "desk:usd");
        client.rejected("forbidden", "subscribe", "channel", "desk:eur", "history", 1);
        client.rejected("forbidden", "history", "channel", "desk:eur");
        client.rejected("forbidden", "presence", "channel", "desk:eur");
        client.rejected("forbidden", "publish", "channel", "desk:eur", "data", 1);
      }
    }
    granted.poll("desk:eur").ask(0).expect(200);
  }

  /** Seen to fail when only other roles are a reason to look again. */
  @Test
  void aRefreshWithoutTheGrantEndsWhatRestedOnIt() {
    Person granted = granted(ann, "{\"desk:*\":[\"subscribe\"]}");
    try (WsClient client = granted.connect()) {
      client.command("subscribe", "channel", "desk:a");
      client.command("subscribe", "channel", "topic:a");
      client.command("refresh", "token", ann.token());
      JsonNode end = client.awaitPush("unsubscribed");
      assertThat(end.get("channel").asText()).isEqualTo("desk:a");
      assertThat(end.get("reason").asText()).contains("token");
      client.rejected("forbidden", "subscribe", "channel", "desk:a");
      client.command("unsubscribe", "channel", "topic:a");
    }
  }

  /** The same person, with a token that grants more. */
  private Person granted(Person person, String channels) {
    JsonNode body =
        Json.object("user", person.id(), "org", person.org(), "channels", Json.parse(channels));
    String token =
        new Api(server, "")
            .post("api/v1/dev/token", body.toString())
            .expect(200)
            .json()
            .get("token")
            .asText();
    return new Person(server, person.id(), person.org(), token);
  }

  private Api.Answer explain(String user, String channel, String operation, String more) {
    return admin.get(
        "api/v1/admin/policy/explain?user="
            + ServerUrl.encode(user)
            + "&channel="
            + ServerUrl.encode(channel)
            + "&operation="
            + operation
            + more);
  }

  /** Seen to fail when the roles of the connection are not looked at. */
  @Test
  void anExplanationSaysByWhichRuleAndOnWhichBasis() {
    assertThat(explain(ann.id(), "topic:a", "publish", "").json().toString())
        .isEqualTo(
            Json.object(
                    "user",
                    ann.id(),
                    "channel",
                    "topic:a",
                    "operation",
                    "publish",
                    "allowed",
                    false,
                    "rule",
                    "default",
                    "code",
                    "forbidden",
                    "basis",
                    "none",
                    "roles",
                    List.of())
                .toString());
    JsonNode told = explain(ann.id(), "topic:a", "publish", "&roles=publisher").json();
    assertThat(told.get("allowed").asBoolean()).isTrue();
    assertThat(told.get("rule").asText()).isEqualTo("parley.channels.topic.publish");
    assertThat(told.get("basis").asText()).isEqualTo("roles");
    Person granted = granted(ann, "{\"desk:*\":[\"history\"]}");
    try (WsClient client = granted.connect()) {
      JsonNode connected = explain(ann.id(), "desk:a", "history", "").json();
      assertThat(connected.get("basis").asText()).isEqualTo("connection");
      assertThat(connected.get("rule").asText()).isEqualTo("token");
      client.assertAlive();
    }
    rule(ann, Verdict.DENY);
    assertThat(explain(ann.id(), VAULT, "subscribe", "").json().get("rule").asText())
        .isEqualTo("vault rule");
  }

  /** Seen to fail when the explanation takes the way of a command: the room was there then. */
  @Test
  void anExplanationDoesNothing() {
    String room = Tenant.room();
    assertThat(explain(ann.id(), room, "publish", "").json().get("allowed").asBoolean()).isTrue();
    admin.get("api/v1/rooms/" + room.substring("room:".length())).problem(404, "not_found");
  }

  @ParameterizedTest
  @CsvSource({
    "'',  topic:a, publish, user",
    "ann, '',      publish, channel",
    "ann, topic,   publish, channel",
    "ann, topic:a, '',      operation",
    "ann, topic:a, fly,     operation",
  })
  void aQuestionThatIsNoneIsToldWhatIsWrong(
      String user, String channel, String operation, String field) {
    assertThat(
            explain(user, channel, operation, "")
                .problem(400, "bad_request")
                .get("detail")
                .asText())
        .startsWith(field + ":");
  }

  @Test
  void onlyAdminsAreTold() {
    for (Person person : List.of(ann, tenant.publisher("app"))) {
      person
          .api()
          .get("api/v1/admin/policy/explain?user=ann&channel=topic:a&operation=publish")
          .problem(403, "forbidden");
    }
  }
}
