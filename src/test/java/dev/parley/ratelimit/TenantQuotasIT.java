package dev.parley.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.Await;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.Tokens;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a tenant may take, over the wire. The settings name three tenants that may take little. */
class TenantQuotasIT extends WireTest {
  private Person of(String org) {
    String id = Tokens.unique("ann");
    return new Person(server, id, org, new Tokens(server).of(id, org));
  }

  private String metrics() {
    return tenant.admin("root").api().get("metrics").expect(200).text();
  }

  /** Seen to fail when the caller of a refused connection is remembered: its commands went on. */
  @Test
  void aTenantHasAsManyConnectionsAsItMayOnEveryTransport() {
    Person ann = of("few");
    try (WsClient first = ann.connect();
        WsClient second = of("few").connect()) {
      try (WsClient third = ann.ws().open()) {
        assertThat(closeCode(third)).isEqualTo(4100);
      }
      String room = Tenant.room();
      try (WsClient late = WsClient.to(server).open()) {
        String connect = Json.object("type", "connect", "id", 1, "token", ann.token()).toString();
        String publish =
            Json.object("type", "publish", "id", 2, "channel", room, "data", "late").toString();
        late.sendText(connect + "\n" + publish);
        late.awaitError("limit_exceeded");
        assertThat(closeCode(late)).isEqualTo(4100);
      }
      assertThat(first.command("history", "channel", room).get("messages")).isEmpty();
      ann.sse("topic:a").openRefused().problem(429, "limit_exceeded");
      ann.poll("topic:a").ask(0).problem(429, "limit_exceeded");
      assertThat(metrics())
          .contains("parley_tenant_connections{tenant=\"few\"} 2.0")
          .contains("parley_tenant_refused_total{quota=\"connections\",tenant=\"few\"} 4.0");
      try (WsClient others = tenant.person("bob").connect()) {
        others.assertAlive();
      }
      first.cut();
      Await.until("there is room again", () -> ann.poll("topic:a").ask(0).status() == 200);
      second.assertAlive();
    }
  }

  private static int closeCode(WsClient client) {
    return Await.result("the close frame", client.closed()).code();
  }

  /** Two at once and then one a second. Seen to fail when changes take nothing. */
  @Test
  void aTenantPublishesAsFastAsItMayWhoeverItIs() {
    String room = Tenant.room();
    Person ann = of("slow");
    String[] id = new String[1];
    Await.until(
        "there is room for one",
        () -> {
          Api.Answer answer = ann.api().publish(room, "one");
          id[0] = answer.json().path("messageId").asText();
          return answer.status() == 201;
        });
    int changes = 0;
    while (changes < 100 && change(ann, room, id[0]).status() == 200) {
      changes++;
    }
    assertThat(changes).isLessThan(100);
    try (WsClient bob = of("slow").connect()) {
      JsonNode refusal = null;
      for (int i = 0; i < 100 && refusal == null; i++) {
        JsonNode reply = bob.reply("publish", "channel", room, "data", i);
        refusal = reply.path("code").asText().isEmpty() ? null : reply;
      }
      assertThat(refusal).isNotNull();
      assertThat(refusal.get("code").asText()).isEqualTo("rate_limited");
      assertThat(refusal.get("retryAfterMs").asLong()).isPositive();
    }
    tenant.person("bob").api().publish(room, "another tenant").expect(201);
  }

  /** Who goes on although the tenant may not is told once. Seen to fail when nobody is told. */
  @Test
  void aTenantThatGoesOnAtItsLimitIsInItsAuditTrail() {
    Person ann = of("slow");
    String room = Tenant.room();
    for (int refused = 0; refused < 25; ) {
      refused += ann.api().publish(room, "again").status() == 429 ? 1 : 0;
    }
    String id = Tokens.unique("root");
    Api admin = new Api(server, new Tokens(server).with(id, "slow", List.of("admin")));
    Await.until("it is told", () -> !limits(admin).isEmpty());
    assertThat(limits(admin))
        .allMatch(entry -> entry.get("detail").asText().equals("tenant_messages"))
        .allMatch(entry -> !entry.has("actor") || entry.get("actor").asText().isEmpty());
  }

  private static List<JsonNode> limits(Api admin) {
    List<JsonNode> entries = new ArrayList<>();
    JsonNode page = admin.get("api/v1/admin/audit?kind=limit").expect(200).json();
    page.get("entries").forEach(entries::add);
    return entries;
  }

  private static Api.Answer change(Person person, String room, String messageId) {
    String path = Api.messagesPath(room) + "/" + messageId;
    return person.api().call("PATCH", path, "{\"data\":\"changed\"}");
  }

  /** Seen to fail when nobody measures: there was never room again. */
  @Test
  void aTenantStoresAsMuchAsItMayAndGoesOnWhenItHasTakenSomethingBack() {
    String room = Tenant.room();
    Person ann = of("small");
    String first =
        ann.api().publish(room, "x".repeat(1_500)).expect(201).json().get("messageId").asText();
    Await.until("it is full", () -> ann.api().publish(room, "x".repeat(100)).status() == 429);
    ann.api().publish(room, "x").problem(429, "limit_exceeded");
    tenant.person("bob").api().publish(room, "x".repeat(3_000)).expect(201);
    ann.api().publish("live:a", "stores nothing").expect(201);
    ann.api().call("DELETE", Api.messagesPath(room) + "/" + first, "").expect(200);
    Await.until("there is room again", () -> ann.api().publish(room, "x").status() == 201);
  }
}
