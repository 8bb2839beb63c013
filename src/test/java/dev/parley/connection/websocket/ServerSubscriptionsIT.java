package dev.parley.connection.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.Position;
import dev.parley.testkit.SseClient;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.Tokens;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who receives what without asking, and who never does. */
class ServerSubscriptionsIT extends WireTest {
  @Test
  void everyConnectionOfAUserReceivesTheUsersChannelWithoutAsking() {
    Person ann = tenant.person("ann");
    Person app = tenant.publisher("app");
    try (WsClient laptop = ann.connect();
        WsClient phone = ann.connect();
        WsClient bobs = tenant.person("bob").connect()) {
      app.api().publish(ann.userChannel(), "for ann").expect(201);
      for (WsClient client : List.of(laptop, phone)) {
        assertThat(client.awaitMessage(ann.userChannel()).get("data").asText())
            .isEqualTo("for ann");
      }
      // What goes to all comes after it and shows that nothing else is on its way.
      app.api().publish(ann.orgChannel(), "for all").expect(201);
      for (WsClient client : List.of(laptop, phone, bobs)) {
        assertThat(client.awaitMessage(ann.orgChannel()).get("data").asText()).isEqualTo("for all");
      }
      bobs.assertNothingElse();
      laptop.assertNothingElse();
    }
  }

  @Test
  void nobodyReadsAnotherUsersChannel() {
    Person ann = tenant.person("ann");
    Person bob = tenant.person("bob");
    tenant.publisher("app").api().publish(ann.userChannel(), "secret").expect(201);
    try (WsClient bobs = bob.connect()) {
      bobs.rejected("forbidden", "subscribe", "channel", ann.userChannel());
      bobs.rejected(
          "forbidden",
          "subscribe",
          "channel",
          ann.userChannel(),
          "recover",
          Json.object("epoch", "x", "offset", 0));
      bobs.rejected("forbidden", "history", "channel", ann.userChannel());
    }
    bob.api().history(ann.userChannel(), "").problem(403, "forbidden");
    assertThat(bob.sse(ann.userChannel()).openRefused().problem(403, "forbidden").toString())
        .doesNotContain("secret");
    bob.poll(ann.userChannel()).ask(0).problem(403, "forbidden");
  }

  @Test
  void namingAChannelThatTheServerSubscribesDeliversNothingTwice() {
    Person ann = tenant.person("ann");
    Person app = tenant.publisher("app");
    String own = ann.userChannel();
    try (WsClient socket = ann.connect();
        SseClient stream = ann.sse(own, own).open()) {
      stream.awaitConnected();
      Position seen = Position.in(socket.command("subscribe", "channel", own));
      app.api().publish(own, "1").expect(201);
      assertThat(data(socket, own)).isEqualTo("1");
      // A client that makes sure: it recovers what it has perhaps missed.
      JsonNode reply = socket.command("subscribe", "channel", own, "recover", seen.json());
      assertThat(reply.get("recovered").asBoolean()).isTrue();
      assertThat(reply.get("messages")).hasSize(1);
      app.api().publish(own, "2").expect(201);
      assertThat(data(socket, own)).isEqualTo("2");
      assertThat(stream.awaitMessage(own).json().get("data").asText()).isEqualTo("1");
      assertThat(stream.awaitMessage(own).json().get("data").asText()).isEqualTo("2");
      app.api().publish(ann.orgChannel(), "fence").expect(201);
      socket.awaitMessage(ann.orgChannel());
      stream.awaitMessage(ann.orgChannel());
      socket.assertNothingElse();
      stream.assertNoMessage(own);
    }
    JsonNode polled = ann.poll(own, own).poll(0);
    assertThat(polled.get("messages")).isEmpty();
  }

  @Test
  void connectingOnceMoreDeliversNothingTwice() {
    Person ann = tenant.person("ann");
    Person app = tenant.publisher("app");
    try (WsClient socket = ann.connect()) {
      socket.command("connect", "token", tenant.freshToken(ann));
      app.api().publish(ann.userChannel(), "1").expect(201);
      assertThat(data(socket, ann.userChannel())).isEqualTo("1");
      app.api().publish(ann.orgChannel(), "fence").expect(201);
      socket.awaitMessage(ann.orgChannel());
      socket.assertNothingElse();
    }
  }

  private static String data(WsClient socket, String channel) {
    return socket.awaitMessage(channel).get("data").asText();
  }

  @Test
  void onlyAPublisherWritesToUsersTopicsAndTheTenant() {
    Person ann = tenant.person("ann");
    String topic = Tokens.unique("topic:t");
    try (WsClient anns = ann.connect()) {
      for (String channel : List.of(ann.userChannel(), ann.orgChannel(), topic)) {
        anns.rejected("forbidden", "publish", "channel", channel, "data", "x");
        ann.api().publish(channel, "x").problem(403, "forbidden");
        assertThat(ann.api().stored(channel)).isEmpty();
      }
    }
    Person app = tenant.publisher("app");
    try (WsClient apps = app.connect()) {
      for (String channel : List.of(ann.userChannel(), ann.orgChannel(), topic)) {
        apps.command("publish", "channel", channel, "data", "x");
        assertThat(ann.api().stored(channel)).containsExactly("x");
      }
    }
  }

  @Test
  void permissionsTellWhatTheSubscriberMayDo() {
    String topic = Tokens.unique("topic:t");
    try (WsClient anns = tenant.person("ann").connect();
        WsClient apps = tenant.publisher("app").connect()) {
      JsonNode room = anns.command("subscribe", "channel", Tenant.room()).get("permissions");
      JsonNode read = anns.command("subscribe", "channel", topic).get("permissions");
      JsonNode write = apps.command("subscribe", "channel", topic).get("permissions");
      assertThat(room).anyMatch(p -> p.asText().equals("publish"));
      assertThat(read).noneMatch(p -> p.asText().equals("publish"));
      assertThat(write).anyMatch(p -> p.asText().equals("publish"));
    }
  }

  @Test
  void oneChannelNameInTwoTenantsIsTwoChannels() {
    Tenant elsewhere = new Tenant(server);
    Person ann = tenant.person("ann");
    Person eve = elsewhere.person("eve");
    String room = Tenant.room();
    try (WsClient anns = ann.connect();
        WsClient eves = eve.connect();
        SseClient eveStream = eve.sse(room).open()) {
      eveStream.awaitConnected();
      anns.command("subscribe", "channel", room);
      eves.command("subscribe", "channel", room);
      anns.command("publish", "channel", room, "data", "ann's secret", "key", "k");
      anns.awaitMessage(room);

      JsonNode own = eves.command("publish", "channel", room, "data", "eve's", "key", "k");
      assertThat(own.get("offset").asLong()).isEqualTo(1);
      assertThat(own.has("duplicate")).isFalse();
      assertThat(eves.awaitMessage(room).get("data").asText()).isEqualTo("eve's");
      assertThat(eveStream.awaitMessage(room).json().get("data").asText()).isEqualTo("eve's");
      eves.assertNoMessage(room);
      eveStream.assertNoMessage(room);
    }
    assertThat(eve.api().stored(room)).containsExactly("eve's");
    assertThat(ann.api().stored(room)).containsExactly("ann's secret");
  }

  @Test
  void anotherTenantsOrgChannelCannotBeNamed() {
    Person ann = tenant.person("ann");
    Person eve = new Tenant(server).person("eve");
    try (WsClient eves = eve.connect()) {
      JsonNode error = eves.reply("subscribe", "channel", ann.orgChannel());
      assertThat(error.path("code").asText()).isIn("forbidden", "not_found");
      error = eves.reply("history", "channel", ann.orgChannel());
      assertThat(error.path("code").asText()).isIn("forbidden", "not_found");
    }
  }
}
