package dev.parley.admin;

import static dev.parley.testkit.NeverLogged.CANARY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sends a payload that {@link ServerLogsCheck} would find, by every way and with every fault. */
class CanaryIT extends WireTest {
  @Test
  void payloadsGoByEveryWay() {
    Person ann = tenant.person("ann");
    String room = Tenant.room();
    JsonNode stored = ann.api().publish(room, CANARY).expect(201).json();
    String message = Api.messagesPath(room) + "/" + stored.get("messageId").asText();
    ann.api().call("PATCH", message, Json.object("data", CANARY).toString()).expect(200);
    ann.api().publish(room, CANARY + "x".repeat(101 * 1024)).expect(413);
    ann.api().post(Api.messagesPath(room), "{\"data\":\"" + CANARY).expect(400);
    ann.api().get("api/v1/poll?channels=" + room + "&cursor=" + CANARY).expect(400);
    ann.api().get("api/v1/nothing/" + CANARY).expect(404);
    String notification = Json.object("users", List.of(ann.id()), "data", CANARY).toString();
    tenant.publisher("app").api().post("api/v1/notifications", notification).expect(201);
    try (WsClient client = ann.connect()) {
      assertThat(client.command("publish", "channel", room, "data", CANARY).has("offset")).isTrue();
      client.rejected("bad_request", "publish", "channel", CANARY, "data", CANARY);
      client.sendText("{\"type\":\"publish\",\"data\":\"" + CANARY);
      client.awaitError("bad_request");
    }
    new Api(server, "eyJhbGciOiJSUzI1NiJ9." + CANARY + ".x").get("api/v1/tickets").expect(401);
    new Api(server, "").get("api/v1/poll?channels=room:a&ticket=" + CANARY).expect(401);
    new Api(server, "").get("api/v1/poll?channels=room:a&token=" + CANARY).expect(401);
  }
}
