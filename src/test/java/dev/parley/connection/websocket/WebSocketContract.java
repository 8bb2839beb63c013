package dev.parley.connection.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.protocol.MessagePack;
import dev.parley.testkit.Await;
import dev.parley.testkit.Background;
import dev.parley.testkit.Json;
import dev.parley.testkit.NodeProcess;
import dev.parley.testkit.Person;
import dev.parley.testkit.Position;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.WsClient;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client sees of a WebSocket, whichever way the node reads and writes it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class WebSocketContract {
  private static final int MESSAGES = 2_000;
  private static final int PAYLOAD = 100 << 10;

  private final boolean raw;
  private final String room = Tenant.room();
  NodeProcess node;
  Tenant tenant;

  WebSocketContract(boolean raw) {
    this.raw = raw;
  }

  @BeforeAll
  void start() {
    node =
        NodeProcess.named(raw ? "raw-sockets" : "portable-sockets")
            .property("parley.connection.raw-sockets", Boolean.toString(raw))
            .start();
    tenant = new Tenant(server());
  }

  ServerUrl server() {
    return new ServerUrl(node.uri());
  }

  @AfterAll
  void stop() {
    node.close();
  }

  private WsClient open(Person person, String subprotocol) {
    WsClient client = person.ws().subprotocols(subprotocol).open();
    assertThat(client.subprotocol()).isEqualTo(subprotocol);
    client.awaitPush("connected");
    return client;
  }

  @Test
  void theNodeSaysWhichWayItGoes() throws Exception {
    assertThat(Files.readString(node.log()))
        .contains(
            raw
                ? "WebSockets are written directly to the server's connections"
                : "WebSockets are written by the portable API");
  }

  @ParameterizedTest
  @ValueSource(strings = {"parley.v1.json", WsClient.MSGPACK})
  void everyMessageComesOnceAndInOrder(String subprotocol) {
    try (WsClient reader = open(tenant.person("reader"), subprotocol);
        WsClient writer = open(tenant.person("writer"), subprotocol);
        Background publishing = new Background()) {
      Position begin = Position.in(reader.command("subscribe", "channel", room));
      publishing.run(() -> writer.publishMany(room, MESSAGES));
      for (int i = 0; i < MESSAGES; i++) {
        JsonNode message = reader.awaitMessage(room);
        assertThat(message.get("offset").asLong()).isEqualTo(begin.offset() + 1 + i);
        assertThat(message.get("data").asText()).isEqualTo("m" + i);
      }
      reader.assertAlive();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"parley.v1.json", WsClient.MSGPACK})
  void theLargestPayloadPassesAndOneMoreByteIsRefused(String subprotocol) {
    try (WsClient client = open(tenant.person("ann"), subprotocol)) {
      JsonNode subscribed = client.command("subscribe", "channel", room);
      assertThat(subscribed.get("recovered").asBoolean()).isFalse();
      String largest = "\u00e4" + "x".repeat(PAYLOAD - 4);
      client.command("publish", "channel", room, "data", largest);
      assertThat(client.awaitMessage(room).get("data").asText()).isEqualTo(largest);
      client.rejected("too_large", "publish", "channel", room, "data", largest + "x");
      client.assertAlive();
    }
  }

  @Test
  void commandsInOneFrameAreCarriedOutInTheirOrder() {
    try (WsClient json = open(tenant.person("ann"), "parley.v1.json");
        WsClient packed = open(tenant.person("ann"), WsClient.MSGPACK)) {
      List<Long> offsets = new ArrayList<>();
      List<CompletableFuture<JsonNode>> replies = new ArrayList<>();
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 5; i++) {
        JsonNode command = publish(json.freshId());
        replies.add(json.expectReply(command.get("id").asLong()));
        lines.append(command).append('\n');
      }
      json.sendText(lines.toString());
      byte[] values = {};
      for (int i = 0; i < 5; i++) {
        JsonNode command = publish(packed.freshId());
        replies.add(packed.expectReply(command.get("id").asLong()));
        byte[] next = MessagePack.fromJson(command.toString());
        int end = values.length;
        values = Arrays.copyOf(values, end + next.length);
        System.arraycopy(next, 0, values, end, next.length);
      }
      packed.sendBinary(values);
      replies.forEach(reply -> offsets.add(Await.result("a reply", reply).get("offset").asLong()));
      assertThat(offsets.subList(0, 5)).isSorted().doesNotHaveDuplicates();
      assertThat(offsets.subList(5, 10)).isSorted().doesNotHaveDuplicates();
    }
  }

  private JsonNode publish(long id) {
    return Json.object("id", id, "type", "publish", "channel", room, "data", "x");
  }

  @Test
  void aMessageInManyFragmentsIsOneMessage() {
    try (WsClient client = open(tenant.person("ann"), "parley.v1.json")) {
      JsonNode command = publish(client.freshId());
      CompletableFuture<JsonNode> reply = client.expectReply(command.get("id").asLong());
      client.sendFragments(command.toString().chars().mapToObj(Character::toString).toList());
      assertThat(Await.result("the reply", reply).get("type").asText()).isEqualTo("published");
    }
  }

  @Test
  void whatIsNotMessagePackIsABadRequestAndTheConnectionLivesOn() {
    try (WsClient client = open(tenant.person("ann"), WsClient.MSGPACK)) {
      client.sendBinary(new byte[] {(byte) 0xc1});
      client.awaitError("bad_request");
      client.sendBinary(new byte[] {(byte) 0xdd, 0x7f, -1, -1, -1});
      client.awaitError("bad_request");
      client.rejected("bad_request", "subscribe", "channel", "no-namespace");
      client.assertAlive();
    }
  }

  @Test
  void tooLongAMessageEndsTheConnectionWith1009() {
    try (WsClient client = open(tenant.person("ann"), "parley.v1.json")) {
      client.sendText("x".repeat(WebSocketEndpoint.MAX_FRAME + 1));
      assertThat(client.awaitClose().code()).isEqualTo(1009);
    }
  }

  /** S-04: more frames than a stack is deep, to one client, without waiting for it. */
  @Test
  void fiftyThousandSmallFramesArriveInOrder() {
    String flood = Tenant.room();
    int count = 50_000;
    try (WsClient reader = open(tenant.person("reader"), "parley.v1.json");
        WsClient writer = open(tenant.person("writer"), "parley.v1.json");
        Background publishing = new Background()) {
      reader.command("subscribe", "channel", flood);
      publishing.run(() -> writer.publishMany(flood, count));
      for (long i = 1; i <= count; i++) {
        assertThat(reader.awaitMessage(flood).get("offset").asLong()).isEqualTo(i);
      }
    }
    assertThat(node.isAlive()).isTrue();
  }
}
