package dev.parley.connection.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Await.TransportFailure;
import dev.parley.testkit.Background;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.Position;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** How a WebSocket connection begins and ends. */
class WebSocketConnectIT extends WireTest {
  private static final Duration EXPIRY_PATIENCE = Duration.ofSeconds(40);

  /**
   * Above the limit of 256 KiB, but not by much: when a server closes while a client still sends,
   * TCP may throw the close frame away.
   */
  private static final int JUST_TOO_MUCH = 257 * 1024;

  // The five doors
  // ---------------------------------------------------------------------------------

  @Test
  void aBearerHeaderIsAnsweredWithEverythingAClientNeeds() {
    Person ann = tenant.person("ann");
    try (WsClient client = ann.ws().open()) {
      JsonNode connected = client.awaitPush("connected");

      assertThat(connected.has("id")).isFalse();
      assertThat(connected.get("connectionId").asText()).isNotBlank();
      assertThat(connected.get("node").asText()).isNotBlank();
      assertThat(connected.get("user").get("id").asText()).isEqualTo(ann.id());
      assertThat(connected.get("org").asText()).isEqualTo(ann.org());
      assertThat(Instant.parse(connected.get("expiresAt").asText())).isAfter(Instant.now());
      assertThat(connected.get("expiresAt").asText()).endsWith("Z").hasSize(24);
      assertThat(connected.get("ping").asInt()).isEqualTo(25);
      assertThat(connected.get("maxPayload").asInt()).isPositive();
      assertThat(texts(connected.get("channels"))).contains(ann.userChannel(), ann.orgChannel());
      for (JsonNode channel : connected.get("channels")) {
        Position.in(connected.get("positions").path(channel.asText()));
      }
    }
  }

  /** */
  @Test
  void aTicketConnectsOnce() {
    Person ann = tenant.person("ann");
    String ticket = ann.api().ticket();
    try (WsClient first = WsClient.to(server).query("ticket=" + ticket).open();
        WsClient second = openAfter(first, ticket)) {
      assertThat(second.awaitClose().code()).isEqualTo(4002);
      first.assertAlive();
    }
  }

  private WsClient openAfter(WsClient first, String ticket) {
    first.awaitPush("connected");
    return WsClient.to(server).query("ticket=" + ticket).open();
  }

  @Test
  void theSubprotocolPairCarriesATokenThatIsNeverEchoed() {
    Person ann = tenant.person("ann");
    try (WsClient client =
        WsClient.to(server).subprotocols("parley.v1.json", "bearer", ann.token()).open()) {
      assertThat(client.awaitPush("connected").at("/user/id").asText()).isEqualTo(ann.id());
      assertThat(client.subprotocol()).isEqualTo("parley.v1.json");
    }
    try (WsClient client = WsClient.to(server).subprotocols("bearer", ann.token()).open()) {
      assertThat(client.awaitPush("connected").at("/user/id").asText()).isEqualTo(ann.id());
      assertThat(client.subprotocol()).isNotEqualTo(ann.token());
    }
  }

  @Test
  void theFirstFrameCarriesAToken() {
    Person ann = tenant.person("ann");
    try (WsClient client = WsClient.to(server).open()) {
      JsonNode connected = client.command("connect", "token", ann.token(), "device", "laptop");
      assertThat(connected.get("type").asText()).isEqualTo("connected");
      assertThat(connected.at("/user/id").asText()).isEqualTo(ann.id());
      client.assertNothingElse();
    }
  }

  @Test
  void theQueryCarriesAToken() {
    Person ann = tenant.person("ann");
    try (WsClient client = WsClient.to(server).query("token=" + ann.token()).open()) {
      assertThat(client.awaitPush("connected").at("/user/id").asText()).isEqualTo(ann.id());
    }
  }

  // No door
  // ----------------------------------------------------------------------------------------

  /** C-07. */
  @Test
  void withoutACredentialInTimeTheConnectionIsClosedWith4001() {
    try (WsClient client = WsClient.to(server).open()) {
      assertThat(client.awaitClose(Duration.ofSeconds(20)).code()).isEqualTo(4001);
    }
  }

  @Test
  void nothingIsDoneBeforeACredentialHasCome() {
    Person ann = tenant.person("ann");
    String room = Tenant.room();
    try (WsClient client = WsClient.to(server).open()) {
      client.sendText(
          Json.object("id", 1, "type", "publish", "channel", room, "data", "x").toString());
      client.sendText(Json.object("id", 2, "type", "connect", "token", ann.token()).toString());
      client.awaitFrame("an error", f -> f.path("code").asText().equals("unauthorized"));
    }
    assertThat(ann.api().stored(room)).isEmpty();
  }

  @Test
  void anInvalidCredentialIsClosedWith4002AtEveryDoor() {
    String forged = forged(tenant.person("ann").token());
    for (String bad : List.of("nonsense", forged, "a.b.c")) {
      try (WsClient client = WsClient.to(server).query("token=" + bad).open()) {
        assertThat(client.awaitClose().code()).as("query %s", bad).isEqualTo(4002);
      }
      try (WsClient client = WsClient.to(server).subprotocols("bearer", bad).open()) {
        assertThat(client.awaitClose().code()).as("subprotocol %s", bad).isEqualTo(4002);
      }
      try (WsClient client = WsClient.to(server).open()) {
        client.sendText(Json.object("id", 1, "type", "connect", "token", bad).toString());
        assertThat(client.awaitClose().code()).as("first frame %s", bad).isEqualTo(4002);
      }
    }
    try (WsClient client = WsClient.to(server).query("ticket=nonsense").open()) {
      assertThat(client.awaitClose().code()).isEqualTo(4002);
    }
  }

  /**
   * Seen to fail when the server's connection is closed at once: the answer of the client's own
   * close frame then meets the end of the handshake, and the next handshake is never answered.
   */
  @Test
  void refusedHandshakesInQuickSuccessionAreAllAnswered() {
    try (Background clients = new Background()) {
      for (int i = 0; i < 4; i++) {
        clients.run(
            () -> {
              for (int n = 0; n < 150; n++) {
                try (WsClient client = WsClient.to(server).query("token=nonsense").open()) {
                  assertThat(client.awaitClose().code()).isEqualTo(4002);
                }
              }
            });
      }
      clients.await(Duration.ofMinutes(2));
    }
    tenant.person("ann").connect().close();
  }

  @Test
  void aForgedBearerHeaderOpensNothing() {
    String forged = forged(tenant.person("ann").token());
    // No browser can send this header, so the container may also refuse it before the upgrade.
    try (WsClient client = WsClient.to(server).bearer(forged).open()) {
      assertThat(client.awaitClose().code()).isEqualTo(4002);
    } catch (TransportFailure refused) {
      assertThat(WsClient.to(server).bearer(forged).openRefused().statusCode()).isEqualTo(401);
    }
  }

  /** The same token with another user in it: well formed, but not what was signed. */
  private static String forged(String token) {
    String[] parts = token.split("\\.", -1);
    char last = parts[2].charAt(0);
    return parts[0] + "." + parts[1] + "." + (last == 'A' ? 'B' : 'A') + parts[2].substring(1);
  }

  // The end of a token
  // -----------------------------------------------------------------------------

  /** */
  @Test
  void aTokenThatIsNotRefreshedIsAnnouncedAndThenClosedWith4003() {
    Person ann = tenant.shortLived(tenant.person("ann").id(), 3);
    try (WsClient client = ann.connect()) {
      JsonNode expiring =
          client.awaitFrame(
              "token-expiring",
              EXPIRY_PATIENCE,
              f -> f.path("type").asText().equals("token-expiring"));
      assertThat(expiring.get("expiresIn").asLong()).isBetween(0L, 60L);
      assertThat(client.awaitClose(EXPIRY_PATIENCE).code()).isEqualTo(4003);
    }
  }

  /** */
  @Test
  void aRefreshedConnectionOutlivesItsFirstToken() {
    Person ann = tenant.shortLived(tenant.person("ann").id(), 4);
    try (WsClient refreshed = ann.connect();
        WsClient forgotten = ann.connect()) {
      JsonNode reply = refreshed.command("refresh", "token", tenant.freshToken(ann));
      assertThat(reply.get("type").asText()).isEqualTo("refreshed");
      assertThat(Instant.parse(reply.get("expiresAt").asText()))
          .isAfter(Instant.now().plusSeconds(60));
      // The other connection has the same first token: when it is over, that time has come.
      assertThat(forgotten.awaitClose(EXPIRY_PATIENCE).code()).isEqualTo(4003);
      refreshed.assertAlive();
    }
  }

  /** */
  @Test
  void aRefreshCannotMakeAConnectionSomebodyElse() {
    Person ann = tenant.person("ann");
    Person bob = tenant.person("bob");
    Person annElsewhere = new Tenant(server).person("ann");
    try (WsClient client = ann.connect()) {
      for (String wrong : List.of(bob.token(), annElsewhere.token(), "nonsense")) {
        JsonNode error = client.reply("refresh", "token", wrong);
        assertThat(error.path("type").asText()).isEqualTo("error");
        assertThat(error.path("code").asText()).isIn("forbidden", "unauthorized");
      }
      String room = Tenant.room();
      client.command("subscribe", "channel", room);
      client.command("publish", "channel", room, "data", "still ann");
      assertThat(client.awaitMessage(room).at("/user/id").asText()).isEqualTo(ann.id());
    }
  }

  // Limits
  // -----------------------------------------------------------------------------------------

  /** F-02. */
  @Test
  void aFrameAboveTheLimitIsClosedWith1009() {
    try (WsClient client = tenant.person("ann").connect()) {
      sendUntilClosed(client, List.of("x".repeat(JUST_TOO_MUCH)));
      assertThat(client.awaitClose().code()).isEqualTo(1009);
    }
  }

  @Test
  void fragmentsThatAddUpAboveTheLimitAreClosedWith1009() {
    try (WsClient client = tenant.person("ann").connect()) {
      sendUntilClosed(client, Collections.nCopies(8, "x".repeat(JUST_TOO_MUCH / 8)));
      assertThat(client.awaitClose().code()).isEqualTo(1009);
    }
  }

  private static void sendUntilClosed(WsClient client, List<String> fragments) {
    try {
      client.sendFragments(fragments);
    } catch (TransportFailure closedMeanwhile) {
      assertThat(closedMeanwhile).hasMessageContaining("room to send");
    }
  }

  @Test
  void theTokenItselfIsNeverRepeatedInAnError() {
    String bad = tenant.person("ann").token() + "x";
    try (WsClient client = tenant.person("bob").connect()) {
      assertThat(client.reply("refresh", "token", bad).toString()).doesNotContain(bad);
    }
  }

  @Test
  void aServerThatIsNotThereIsATransportFailure() {
    // Guards the tests above: a refused connection must never look like a close code.
    assertThatThrownBy(() -> WsClient.to(ServerUrl.of("http://localhost:1/")).open())
        .isInstanceOf(TransportFailure.class);
  }

  // Resuming
  // ---------------------------------------------------------------------------------------

  @Test
  void whatCameForAUserMeanwhileFollowsWhenTheConnectionResumes() {
    Person ann = tenant.person("ann");
    Person app = tenant.publisher("app");
    JsonNode positions;
    try (WsClient first = ann.ws().open()) {
      positions = first.awaitPush("connected").get("positions");
    }
    app.api().publish(ann.userChannel(), "while away 1").expect(201);
    app.api().publish(ann.userChannel(), "while away 2").expect(201);
    try (WsClient second = WsClient.to(server).open()) {
      JsonNode connected = second.command("connect", "token", ann.token(), "resume", positions);
      assertThat(connected.get("recovered").get(ann.userChannel()).asBoolean()).isTrue();
      app.api().publish(ann.userChannel(), "live").expect(201);
      assertThat(second.awaitMessage(ann.userChannel()).get("data").asText())
          .isEqualTo("while away 1");
      assertThat(second.awaitMessage(ann.userChannel()).get("data").asText())
          .isEqualTo("while away 2");
      assertThat(second.awaitMessage(ann.userChannel()).get("data").asText()).isEqualTo("live");
    }
  }

  @Test
  void aConnectionResumesByACursorOfAnotherTransport() {
    Person ann = tenant.person("ann");
    Person app = tenant.publisher("app");
    String cursor = ann.poll(Tenant.room()).poll(0).get("cursor").asText();
    app.api().publish(ann.userChannel(), "while away").expect(201);
    try (WsClient client = WsClient.to(server).open()) {
      JsonNode connected = client.command("connect", "token", ann.token(), "resume", cursor);
      assertThat(connected.get("recovered").get(ann.userChannel()).asBoolean()).isTrue();
      assertThat(client.awaitMessage(ann.userChannel()).get("data").asText())
          .isEqualTo("while away");
      client.assertNothingElse();
    }
  }

  @Test
  void aSecondConnectIsRefusedAndChangesNothing() {
    Person ann = tenant.person("ann");
    try (WsClient client = ann.connect()) {
      JsonNode error = client.reply("connect", "token", tenant.person("bob").token());
      assertThat(error.path("type").asText()).isEqualTo("error");
      String room = Tenant.room();
      client.command("subscribe", "channel", room);
      client.command("publish", "channel", room, "data", "x");
      assertThat(client.awaitMessage(room).at("/user/id").asText()).isEqualTo(ann.id());
    }
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }
}
