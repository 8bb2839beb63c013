package dev.parley.connection.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.Json;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.WsClient;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** By the way that Payara offers, which knows permessage-deflate too. */
class RawSocketST extends WebSocketContract {
  /** What Chromium offers. */
  private static final String OFFER = "permessage-deflate; client_max_window_bits";

  private static final String LARGE = "{\"n\":1,\"text\":\"a large payload\"},".repeat(600);

  RawSocketST() {
    super(true);
  }

  private FrameClient open(String subprotocol, String offer) {
    return FrameClient.open(server(), tenant.person("ann"), subprotocol, offer);
  }

  private void subscribe(FrameClient client, String room) {
    client.send(
        FrameClient.DEFLATED_TEXT,
        Deflated.message(
            Json.object("id", 1, "type", "subscribe", "channel", room)
                .toString()
                .getBytes(StandardCharsets.UTF_8)));
    client.await("subscribed", said -> said.path("id").asLong() == 1);
  }

  private static FrameClient.Said message(FrameClient client) {
    return client.await("a message", said -> said.path("type").asText().equals("message"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"parley.v1.json", WsClient.MSGPACK})
  void aLargeMessageIsCompressedForAllWhoHaveAgreedAndASmallOneIsNot(String subprotocol) {
    String room = Tenant.room();
    try (FrameClient one = open(subprotocol, OFFER);
        FrameClient other = open(subprotocol, OFFER);
        WsClient plain = tenant.person("bob").ws().subprotocols(subprotocol).open()) {
      assertThat(one.extensions())
          .isEqualTo("permessage-deflate; server_no_context_takeover; client_no_context_takeover");
      subscribe(one, room);
      subscribe(other, room);
      plain.command("subscribe", "channel", room);
      plain.command("publish", "channel", room, "data", LARGE);
      FrameClient.Said large = message(one);
      assertThat(large.json().get("data").asText()).isEqualTo(LARGE);
      assertThat(large.frame().first() & 0xf0).isEqualTo(0xc0);
      assertThat(large.frame().payload()).hasSizeLessThan(LARGE.length() / 10);
      assertThat(message(other).frame().payload()).isEqualTo(large.frame().payload());
      assertThat(plain.awaitMessage(room)).isEqualTo(large.json());
      plain.command("publish", "channel", room, "data", "small");
      assertThat(message(one).frame().first() & 0xf0).isEqualTo(0x80);
    }
  }

  @Test
  void anInvalidCredentialIsReadableAsACloseCode() {
    try (WsClient client = WsClient.to(server()).query("token=x").open()) {
      assertThat(client.awaitClose().code()).isEqualTo(4002);
    }
  }

  @Test
  void nothingIsCompressedForWhoHasNotAskedForIt() {
    String room = Tenant.room();
    try (FrameClient client = open("parley.v1.json", "");
        WsClient writer = tenant.person("bob").connect()) {
      assertThat(client.extensions()).isEmpty();
      client.sendText(Json.object("id", 1, "type", "subscribe", "channel", room).toString());
      client.await("subscribed", said -> said.path("id").asLong() == 1);
      writer.command("publish", "channel", room, "data", LARGE);
      assertThat(message(client).frame().first()).isEqualTo(FrameClient.TEXT);
      client.send(FrameClient.DEFLATED_TEXT, Deflated.message(new byte[10]));
      assertThat(client.awaitClose()).isEqualTo(1002);
    }
  }

  @Test
  void anOfferThatCannotBeKeptLeavesTheConnectionPlain() {
    try (FrameClient client =
        open("parley.v1.json", "permessage-deflate; server_max_window_bits=9")) {
      assertThat(client.extensions()).isEmpty();
    }
  }

  /** F-08. 200 MB in 200 KB. Unpacked in full, it would not fit beside its own copies. */
  @Test
  void aBombIsClosedWith1009AndHarmsNobody() {
    try (FrameClient client = open("parley.v1.json", OFFER);
        WsClient other = tenant.person("bob").connect()) {
      client.send(FrameClient.DEFLATED_TEXT, Deflated.message(new byte[200 << 20]));
      assertThat(client.awaitClose()).isEqualTo(1009);
      other.assertAlive();
    }
    assertThat(node.isAlive()).isTrue();
  }

  @Test
  void whatCannotBeUnpackedIsClosedWith1007() {
    byte[] packed = Deflated.message(LARGE.getBytes(StandardCharsets.UTF_8));
    try (FrameClient client = open("parley.v1.json", OFFER)) {
      client.send(FrameClient.DEFLATED_TEXT, Arrays.copyOf(packed, packed.length / 2));
      assertThat(client.awaitClose()).isEqualTo(1007);
    }
  }
}
