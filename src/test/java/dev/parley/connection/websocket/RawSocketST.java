package dev.parley.connection.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.Json;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.WsClient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
            Json.object("id", 1, "type", "subscribe", "channel", room).toString().getBytes(UTF_8)));
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

  /**
   * F-02. A message that does not end holds what it has said, and empty fragments hold nothing.
   * Seen to fail when fragments are kept one by one, and when they are not added up.
   */
  @Test
  void fragmentsWithoutEndHoldLittleAndEndWith1009() {
    open("parley.v1.json", "").close();
    long before = node.heapInUse();
    List<FrameClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        FrameClient client = open("parley.v1.json", "");
        clients.add(client);
        client.send(FrameClient.TEXT_BEGINS, new byte[0]);
        client.sendMany(20_000, FrameClient.CONTINUES, new byte[0]);
        client.sendMany(250, FrameClient.CONTINUES, "x".repeat(1 << 10).getBytes(UTF_8));
        client.awaitPong();
      }
      assertThat(node.heapInUse() - before).isLessThan(20 << 20);
      for (FrameClient client : clients) {
        client.sendMany(7, FrameClient.CONTINUES, "x".repeat(1 << 10).getBytes(UTF_8));
        assertThat(client.awaitClose()).isEqualTo(1009);
      }
    } finally {
      clients.forEach(FrameClient::close);
    }
  }

  /**
   * F-04. A length is compared before anything is allocated. Seen to fail when it is read as a
   * signed number.
   */
  @Test
  void whoeverAnnouncesTooMuchIsClosedAndAllOthersAreServed() {
    List<FrameClient> clients = new ArrayList<>();
    try (WsClient other = tenant.person("bob").connect()) {
      for (int i = 0; i < 20; i++) {
        clients.add(open("parley.v1.json", ""));
      }
      long before = node.heapInUse();
      clients.forEach(client -> client.announce(0x8000000020000000L));
      other.command("publish", "channel", Tenant.room(), "data", "x");
      for (FrameClient client : clients) {
        assertThat(client.awaitClose()).isEqualTo(1009);
      }
      other.command("publish", "channel", Tenant.room(), "data", "x");
      assertThat(node.heapInUse() - before).isLessThan(20 << 20);
    } finally {
      clients.forEach(FrameClient::close);
    }
    assertThat(node.isAlive()).isTrue();
  }

  @Test
  void whatCannotBeUnpackedIsClosedWith1007() {
    byte[] packed = Deflated.message(LARGE.getBytes(UTF_8));
    try (FrameClient client = open("parley.v1.json", OFFER)) {
      client.send(FrameClient.DEFLATED_TEXT, Arrays.copyOf(packed, packed.length / 2));
      assertThat(client.awaitClose()).isEqualTo(1007);
    }
  }
}
