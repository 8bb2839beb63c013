package dev.parley.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.Await;
import dev.parley.testkit.Person;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens that matters is in the trail, and each tenant reads its own. */
class AuditTrailIT extends WireTest {
  private static final String AUDIT = "api/v1/admin/audit";

  private Api admin;

  @BeforeEach
  void operator() {
    admin = tenant.admin("root").api();
  }

  private List<JsonNode> of(String kind) {
    List<JsonNode> entries = new ArrayList<>();
    admin.get(AUDIT + "?kind=" + kind).expect(200).json().get("entries").forEach(entries::add);
    return entries;
  }

  private JsonNode await(String kind) {
    Await.until("an entry of " + kind, () -> !of(kind).isEmpty());
    return of(kind).get(0);
  }

  @Test
  void aConnectIsNotedWithWhoAndHow() {
    Person ann = tenant.person("ann");
    try (WsClient client = ann.connect()) {
      client.assertAlive();
    }
    JsonNode entry = await("connect");
    assertThat(entry.get("actor").asText()).isEqualTo(ann.id());
    assertThat(entry.get("detail").asText()).isEqualTo("websocket");
    assertThat(entry.get("address").asText()).isEqualTo("127.0.0.1");
    assertThat(entry.get("hash").asText()).matches("[0-9a-f]{64}");
  }

  @Test
  void aRefusedSubscriptionIsNotedWithItsChannel() {
    Person ann = tenant.person("ann");
    try (WsClient client = ann.connect()) {
      client.rejected("not_found", "subscribe", "channel", "nowhere:x");
    }
    JsonNode entry = await("subscription-refused");
    assertThat(entry.get("actor").asText()).isEqualTo(ann.id());
    assertThat(entry.get("channel").asText()).isEqualTo("nowhere:x");
    assertThat(entry.get("detail").asText()).isEqualTo("not_found");
  }

  @Test
  void whatAnAdministratorDoesIsNoted() {
    Person bob = tenant.person("bob");
    admin.call("PUT", "api/v1/admin/holds/users/" + bob.id(), "").expect(204);
    admin.call("DELETE", "api/v1/admin/holds/users/" + bob.id(), "").expect(204);
    Await.until("both acts", () -> of("admin").size() == 2);
    assertThat(of("admin"))
        .extracting(entry -> entry.get("detail").asText())
        .containsExactly("release user", "hold user");
    assertThat(of("admin"))
        .allMatch(entry -> entry.get("subject").asText().equals(bob.id()))
        .allMatch(entry -> !entry.get("actor").asText().isEmpty());
  }

  /** Seen to fail when a door refuses by itself and tells nobody. */
  @Test
  void whoDoesNotHeedALimitIsNoted() {
    Person ann = tenant.person("ann");
    List<String> rooms = Stream.generate(Tenant::room).limit(150).toList();
    try (WsClient client = ann.connect()) {
      rooms.forEach(room -> client.reply("subscribe", "channel", room));
    }
    Person bob = tenant.person("bob");
    String many = String.join(",", rooms.subList(0, 129));
    for (int i = 0; i < 20; i++) {
      bob.poll(many).ask(0).problem(429, "limit_exceeded");
    }
    Person eve = tenant.person("eve");
    String line = "{\"type\":\"publish\",\"channel\":\"" + Tenant.room() + "\",\"data\":1}\n";
    try (WsClient client = eve.connect()) {
      client.sendText(line.repeat(800));
      Await.until("an entry each", () -> of("limit").size() == 3);
    }
    assertThat(of("limit"))
        .extracting(entry -> entry.get("actor").asText() + " " + entry.get("detail").asText())
        .containsExactlyInAnyOrder(
            ann.id() + " channels", bob.id() + " channels", eve.id() + " commands_under_way");
  }

  /** Seen to fail when the call does not tell. */
  @Test
  void accessThatIsTakenBackIsNoted() {
    Person bob = tenant.person("bob");
    admin.post("api/v1/admin/users/" + bob.id() + "/disconnect", "").expect(202);
    JsonNode entry = await("revocation");
    assertThat(entry.get("subject").asText()).isEqualTo(bob.id());
    assertThat(entry.get("detail").asText()).isEqualTo("disconnect");
  }

  @Test
  void anErasureIsNotedAndEmptiesWhatWasBefore() {
    Person bob = tenant.person("bob");
    try (WsClient client = bob.connect()) {
      client.assertAlive();
    }
    await("connect");
    JsonNode counts =
        admin.call("DELETE", "api/v1/admin/users/" + bob.id() + "/data", "").expect(200).json();
    assertThat(counts.get("audit").asInt()).isEqualTo(1);
    JsonNode connect = await("connect");
    assertThat(connect.get("erased").asBoolean()).isTrue();
    assertThat(connect.has("actor")).isFalse();
    assertThat(await("erasure").get("subject").asText()).isEqualTo(bob.id());
  }

  @Test
  void pagesGoOnWhereTheLastOneEnded() {
    for (int i = 0; i < 5; i++) {
      admin.call("PUT", "api/v1/admin/holds/tenant", "").expect(204);
    }
    Await.until("all acts", () -> of("admin").size() == 5);
    List<Long> numbers = new ArrayList<>();
    String before = "";
    while (!before.isEmpty() || numbers.isEmpty()) {
      JsonNode page = admin.get(AUDIT + "?limit=2" + before).expect(200).json();
      page.get("entries").forEach(entry -> numbers.add(entry.get("number").asLong()));
      before = page.has("next") ? "&before=" + page.get("next").asLong() : "";
    }
    assertThat(numbers).hasSize(5).isSortedAccordingTo((a, b) -> Long.compare(b, a));
  }

  @Test
  void nobodyElseReadsItAndNoTenantReadsAnothers() {
    admin.call("PUT", "api/v1/admin/holds/tenant", "").expect(204);
    await("admin");
    Api other = new Tenant(server).admin("root").api();
    assertThat(other.get(AUDIT).expect(200).json().get("entries")).isEmpty();
    tenant.person("ann").api().get(AUDIT).problem(403, "forbidden");
    tenant.publisher("app").api().get(AUDIT).problem(403, "forbidden");
    new Api(server, "").get(AUDIT).problem(401, "unauthorized");
    for (String query : new String[] {"limit=0", "limit=101", "limit=x", "before=0", "kind=x"}) {
      JsonNode problem = admin.get(AUDIT + "?" + query).problem(400, "bad_request");
      assertThat(problem.get("detail").asText())
          .startsWith(query.substring(0, query.indexOf('=')) + ": ");
    }
  }
}
