package dev.parley.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.Await;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.PollClient;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.SseClient;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Cursors are opaque to clients, so whatever a client makes up or borrows is refused. */
class BadCursorIT extends WireTest {
  /** Common servers and proxies read at most 8 KB of address and headers. */
  private static final int LONGEST_IN_AN_ADDRESS = 6 * 1024;

  private final String room = Tenant.room();
  private Person ann;
  private String good;

  @BeforeEach
  void aGoodCursor() {
    ann = tenant.person("ann");
    ann.api().publish(room, "m1").expect(201);
    good = ann.poll(room).poll(0).get("cursor").asText();
  }

  /** Everything that is not the caller's own cursor as the server gave it, by what is wrong. */
  private Map<String, String> bad() {
    Map<String, String> bad = new LinkedHashMap<>();
    bad.put("nonsense", "nonsense");
    bad.put("not of the alphabet", "a b\u0001c<>\"é");
    bad.put("10 KB long", "A".repeat(10 * 1024));
    bad.put("6 KB long", "A".repeat(6 * 1024));
    bad.put("the good one, longer", good + "A");
    bad.put("the good one, shorter", good.substring(0, good.length() - 1));
    bad.put("forged at the begin", flip(good, 0));
    bad.put("forged in the middle", flip(good, good.length() / 2));
    bad.put("of another user", tenant.person("bob").poll(room).poll(0).get("cursor").asText());
    Person stranger = new Tenant(server).person("eve");
    bad.put("of another tenant", stranger.poll(room).poll(0).get("cursor").asText());
    return bad;
  }

  private static String flip(String cursor, int at) {
    char other = cursor.charAt(at) == 'A' ? 'B' : 'A';
    return cursor.substring(0, at) + other + cursor.substring(at + 1);
  }

  @Test
  void aBadCursorIsNamedOnAWebSocketAndTheConnectionLivesOn() {
    try (WsClient client = ann.connect()) {
      bad()
          .forEach(
              (what, cursor) -> {
                JsonNode error =
                    client.reply(
                        "subscribe", "channel", room, "recover", Json.object("cursor", cursor));
                assertThat(error.path("code").asText()).as(what).isEqualTo("bad_request");
                assertThat(error.get("message").asText()).as(what).contains("cursor");
                client.assertNothingElse();
              });
      assertThat(
              client
                  .command("subscribe", "channel", room, "recover", Json.object("cursor", good))
                  .get("recovered")
                  .asBoolean())
          .isTrue();
    }
  }

  @Test
  void aBadCursorIsNamedOnAStreamAndAPoll() {
    bad()
        .forEach(
            (what, cursor) -> {
              for (String path : new String[] {"api/v1/stream", "api/v1/poll"}) {
                Api.Answer answer =
                    ann.api()
                        .get(
                            path
                                + "?wait=0&channels="
                                + room
                                + "&cursor="
                                + ServerUrl.encode(cursor));
                assertThat(answer.status()).as("%s on %s: %s", what, path, answer).isEqualTo(400);
                if (cursor.length() > LONGEST_IN_AN_ADDRESS) {
                  // A server in between may have refused the address before anyone could read it.
                  continue;
                }
                assertThat(answer.problem(400, "bad_request").get("detail").asText())
                    .as("%s on %s", what, path)
                    .contains("cursor");
              }
            });
  }

  /**
   * A-07, at every door, and in the audit trail each time. Seen to fail when the signature does not
   * say whose cursor it is, and when nobody is told.
   */
  @Test
  void anotherPersonsCursorDeliversNothingAnywhere() {
    Person bob = tenant.person("bob");
    ann.api().publish(room, "m2").expect(201);
    assertThat(bob.sse(room).cursor(good).openRefused().status()).isEqualTo(400);
    assertThat(bob.sse(room).lastEventId(good).openRefused().status()).isEqualTo(400);
    bob.poll(room).from(good).ask(0).problem(400, "bad_request");
    try (WsClient client = WsClient.to(server).open()) {
      client.rejected("bad_request", "connect", "token", bob.token(), "resume", good);
    }
    try (WsClient client = bob.connect()) {
      client.rejected(
          "bad_request", "subscribe", "channel", room, "recover", Json.object("cursor", good));
      client.assertNothingElse();
    }
    String next = ann.api().history(room, "limit=1").expect(200).json().get("next").asText();
    bob.api().history(room, "before=" + next).problem(400, "bad_request");
    Api admin = tenant.admin("root").api();
    Await.until(
        "an entry each",
        () -> {
          JsonNode page = admin.get("api/v1/admin/audit?kind=refusal").expect(200).json();
          assertThat(page.toString()).doesNotContain(good);
          return page.get("entries").size() == 6
              && page.get("entries").findValuesAsText("actor").stream().allMatch(bob.id()::equals)
              && page.get("entries").findValuesAsText("detail").stream().allMatch("cursor"::equals);
        });
  }

  @Test
  void aBadLastEventIdIsRefused() {
    // A header cannot carry everything; the rest is the same cursor.
    for (String bad : List.of("nonsense", flip(good, good.length() / 2), good + "A")) {
      JsonNode problem = ann.sse(room).lastEventId(bad).openRefused().problem(400, "bad_request");
      assertThat(problem.get("detail").asText()).isNotBlank();
    }
  }

  @Test
  void anEmptyLastEventIdBeginsAnew() {
    try (SseClient stream = ann.sse(room).lastEventId("").open()) {
      stream.awaitConnected();
      ann.api().publish(room, "m2").expect(201);
      assertThat(stream.awaitMessage(room).json().get("data").asText()).isEqualTo("m2");
    }
  }

  @Test
  void aCursorThatIsTooOldIsNotRecoveredAndSaysSo() {
    PollClient poll = ann.poll(room).from(good);
    try (WsClient client = ann.connect()) {
      client.publishMany(room, 301);
      JsonNode reply =
          client.command("subscribe", "channel", room, "recover", Json.object("cursor", good));
      assertThat(reply.get("recovered").asBoolean()).isFalse();
      assertThat(reply.get("offset").asLong()).isEqualTo(302);
    }
    assertThat(poll.poll(0).at("/recovered").get(room).asBoolean()).isFalse();
    try (SseClient stream = ann.sse(room).lastEventId(good).open()) {
      assertThat(stream.awaitConnected().at("/recovered").get(room).asBoolean()).isFalse();
    }
  }

  @Test
  void aBadHistoryCursorIsNamed() {
    ann.api().publish(room, "m2").expect(201);
    ann.api().publish(room, "m3").expect(201);
    String next = ann.api().history(room, "limit=1").expect(200).json().get("next").asText();
    String elsewhere = Tenant.room();
    ann.api().publish(elsewhere, "x").expect(201);
    Map<String, String> bad = new LinkedHashMap<>();
    bad.put("nonsense", "nonsense");
    bad.put("10 KB long", "A".repeat(10 * 1024));
    bad.put("forged", flip(next, next.length() / 2));
    try (WsClient client = ann.connect()) {
      bad.forEach(
          (what, cursor) -> {
            for (String field : new String[] {"before", "after"}) {
              JsonNode error = client.reply("history", "channel", room, field, cursor);
              assertThat(error.path("code").asText()).as(what).isEqualTo("bad_request");
              assertThat(error.get("message").asText()).as(what).contains(field);
              Api.Answer answer =
                  ann.api().history(room, field + "=" + ServerUrl.encode(cursor)).expect(400);
              if (cursor.length() <= LONGEST_IN_AN_ADDRESS) {
                assertThat(answer.problem(400, "bad_request").get("detail").asText())
                    .as(what)
                    .contains(field);
              }
            }
          });
      // The cursor of one channel says nothing about another.
      client.rejected("bad_request", "history", "channel", elsewhere, "before", next);
      client.assertNothingElse();
    }
  }
}
