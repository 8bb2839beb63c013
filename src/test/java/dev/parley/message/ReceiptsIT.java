package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.SseClient;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who has received and read what, as people and their devices learn of it. */
class ReceiptsIT extends WireTest {
  private final String room = Tenant.room();
  private Person ann;
  private Person bob;

  @BeforeEach
  void people() {
    ann = tenant.person("ann");
    bob = tenant.person("bob");
  }

  private String path() {
    return "api/v1/channels/" + room + "/receipts";
  }

  private String publish(Person who, Object data) {
    return who.api().publish(room, data).expect(201).json().get("messageId").asText();
  }

  private JsonNode put(Person who, Object... fields) {
    return who.api().call("PUT", path(), Json.object(fields).toString()).expect(200).json();
  }

  private static Predicate<JsonNode> receiptOf(Person who, String field, long offset) {
    return f ->
        f.path("type").asText().equals("receipt")
            && f.at("/user/id").asText().equals(who.id())
            && f.path(field).asLong(-1) == offset;
  }

  @Test
  void whatIsReadOnOneDeviceIsReadOnAllAndKnownToTheOthers() {
    publish(ann, "1");
    publish(ann, "2");
    try (WsClient phone = bob.connect();
        WsClient laptop = bob.connect();
        SseClient tablet = bob.sse().open();
        WsClient anns = ann.connect();
        SseClient annsStream = ann.sse(room).open()) {
      tablet.awaitConnected();
      annsStream.awaitConnected();
      anns.command("subscribe", "channel", room);
      JsonNode answer = phone.command("read", "channel", room, "offset", 2);
      assertThat(answer.get("type").asText()).isEqualTo("receipt");
      assertThat(answer.get("read").asLong()).isEqualTo(2);
      assertThat(answer.get("unread").asLong()).isZero();
      assertThat(answer.get("asOf").asLong()).isEqualTo(2);

      JsonNode own = laptop.awaitFrame("bob's receipt", receiptOf(bob, "read", 2));
      assertThat(own.get("unread").asLong()).isZero();
      assertThat(own.get("channel").asText()).isEqualTo(room);
      assertThat(tablet.awaitEvent("receipt").json()).isEqualTo(own);

      JsonNode others = anns.awaitFrame("bob's receipt", receiptOf(bob, "read", 2));
      assertThat(others.has("unread")).as("unread is nobody else's business").isFalse();
      assertThat(others.get("delivered").asLong()).isEqualTo(2);
      assertThat(annsStream.awaitEvent("receipt").json()).isEqualTo(others);
    }
  }

  @Test
  void anAcknowledgementIsADeliveryAndMovesNobodysPosition() {
    try (WsClient bobs = bob.connect();
        WsClient anns = ann.connect()) {
      bobs.command("subscribe", "channel", room);
      anns.command("subscribe", "channel", room);
      publish(ann, "1");
      bobs.awaitMessage(room);
      bobs.sendText("{\"type\":\"ack\",\"channel\":\"" + room + "\",\"offset\":1}");
      JsonNode receipt = anns.awaitFrame("bob's receipt", receiptOf(bob, "delivered", 1));
      assertThat(receipt.has("read")).isFalse();
      assertThat(receipt.has("offset")).isFalse();
      JsonNode answer = bobs.command("ack", "channel", room, "offset", 1);
      assertThat(answer.get("delivered").asLong()).isEqualTo(1);
      bobs.rejected("bad_request", "ack", "channel", room, "offset", 2);
      publish(ann, "2");
      assertThat(anns.awaitMessage(room).get("offset").asLong()).isEqualTo(1);
      assertThat(anns.awaitMessage(room).get("offset").asLong()).isEqualTo(2);
    }
  }

  @Test
  void aWatermarkNeverMovesBackAndNeverBeyondTheEnd() {
    publish(ann, "1");
    publish(ann, "2");
    assertThat(put(bob, "read", 2).get("read").asLong()).isEqualTo(2);
    assertThat(put(bob, "read", 1).get("read").asLong()).isEqualTo(2);
    assertThat(put(bob, "delivered", 1).get("delivered").asLong()).isEqualTo(2);
    bob.api().call("PUT", path(), "{\"read\":3}").problem(400, "bad_request");
    bob.api().call("PUT", path(), "{\"read\":-1}").problem(400, "bad_request");
    bob.api().call("PUT", path(), "{}").problem(400, "bad_request");
    bob.api()
        .call("PUT", "api/v1/channels/topic:x/receipts", "{\"read\":1}")
        .problem(400, "bad_request");
    assertThat(put(bob, "read", 2).get("read").asLong()).isEqualTo(2);
  }

  @Test
  void whoHasReceivedAndReadAMessageAndWhenIsOneCall() {
    String first = publish(ann, "1");
    put(bob, "delivered", 1);
    String readBefore = put(tenant.person("eve"), "read", 1).get("read").asText();
    assertThat(readBefore).isEqualTo("1");
    String second = publish(ann, "2");
    JsonNode bobs = of(first, bob);
    assertThat(bobs.get("delivered").asBoolean()).isTrue();
    assertThat(bobs.get("read").asBoolean()).isFalse();
    assertThat(bobs.has("readAt")).isFalse();
    String deliveredAt = bobs.get("deliveredAt").asText();
    put(bob, "read", 2);
    bobs = of(first, bob);
    assertThat(bobs.get("deliveredAt").asText())
        .as("the first message was received before, and stays so")
        .isEqualTo(deliveredAt);
    assertThat(bobs.get("read").asBoolean()).isTrue();
    Instant readAt = Instant.parse(bobs.get("readAt").asText());
    assertThat(readAt).isAfterOrEqualTo(Instant.parse(deliveredAt));
    assertThat(Instant.parse(of(second, bob).get("deliveredAt").asText())).isEqualTo(readAt);
    put(ann, "read", 2);
    assertThat(all("messageId=" + first))
        .extracting(r -> r.get("user").asText())
        .doesNotContain(ann.id())
        .hasSize(2);
    ann.api()
        .get(path() + "?messageId=01890a5d-ac96-774b-bcce-b302099a8057")
        .problem(404, "not_found");
  }

  private JsonNode of(String message, Person who) {
    return all("messageId=" + message).stream()
        .filter(one -> one.get("user").asText().equals(who.id()))
        .findFirst()
        .orElseThrow();
  }

  private List<JsonNode> all(String query) {
    List<JsonNode> all = new ArrayList<>();
    ann.api().get(path() + "?" + query).expect(200).json().get("receipts").forEach(all::add);
    return all;
  }

  @Test
  void receiptsComeInPages() {
    publish(ann, "1");
    for (int i = 0; i < 5; i++) {
      put(tenant.person("p" + i), "read", 1);
    }
    List<String> seen = new ArrayList<>();
    String after = "";
    do {
      JsonNode page = ann.api().get(path() + "?limit=2&after=" + after).expect(200).json();
      assertThat(page.get("receipts").size()).isLessThanOrEqualTo(2);
      page.get("receipts").forEach(one -> seen.add(one.get("user").asText()));
      after = page.path("next").asText("");
    } while (!after.isEmpty());
    assertThat(seen).hasSize(5).isSorted().doesNotHaveDuplicates();
  }

  // Unread
  // -----------------------------------------------------------------------------------------

  @Test
  void unreadAreTheMessagesOfOthersThatAreStillThere() {
    publish(ann, "1");
    final String taken = publish(ann, "2");
    publish(bob, "bob's own");
    String edited = publish(ann, "4");
    Api api = ann.api();
    String messages = Api.messagesPath(room) + "/";
    api.call("PATCH", messages + edited, "{\"data\":\"new\"}").expect(200);
    bob.api().call("PUT", messages + edited + "/reactions/x", "").expect(200);
    assertThat(unread(bob)).isEqualTo(3);
    api.call("DELETE", messages + taken, "").expect(200);
    assertThat(unread(bob)).isEqualTo(2);
    assertThat(put(bob, "read", 1).get("unread").asLong()).isEqualTo(1);
    assertThat(put(bob, "read", 3).get("unread").asLong()).isEqualTo(1);
    assertThat(put(bob, "read", 4).get("unread").asLong()).isZero();
    api.call("DELETE", messages + edited, "").expect(200);
    assertThat(unread(bob)).isZero();
    publish(ann, "9");
    assertThat(unread(bob)).isEqualTo(1);
    assertThat(unread(ann)).isEqualTo(1);
  }

  /** What was received says how much is unread, and reads nothing. */
  private long unread(Person who) {
    return put(who, "delivered", 1).get("unread").asLong();
  }
}
