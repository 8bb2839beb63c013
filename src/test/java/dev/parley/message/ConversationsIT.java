package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A person's conversations in one list. */
class ConversationsIT extends WireTest {
  private Person ann;
  private Person bob;

  @BeforeEach
  void people() {
    ann = tenant.person("ann");
    bob = tenant.person("bob");
  }

  private String room(Person owner, String name) {
    return owner
        .api()
        .call("POST", "api/v1/rooms", Json.object("name", name, "visibility", "private").toString())
        .expect(201)
        .json()
        .get("channel")
        .asText();
  }

  private List<JsonNode> conversations(Person who) {
    return page(who, "").stream().toList();
  }

  private List<JsonNode> page(Person who, String query) {
    List<JsonNode> all = new ArrayList<>();
    who.api()
        .get("api/v1/conversations" + query)
        .expect(200)
        .json()
        .get("conversations")
        .forEach(all::add);
    return all;
  }

  private static void publish(Person who, String channel, String text) {
    who.api().publish(channel, text).expect(201);
  }

  @Test
  void roomsAndDirectOnesAreListedByLastActivityWithWhatIsUnread() {
    String first = room(ann, "First");
    String second = room(ann, "Second");
    publish(bob, "direct:" + ann.id(), "hello");
    publish(ann, first, "in the first");

    List<JsonNode> all = conversations(ann);
    assertThat(all)
        .extracting(one -> one.get("channel").asText())
        .containsExactly(first, "direct:" + bob.id(), second);
    JsonNode direct = all.get(1);
    assertThat(direct.get("user").asText()).isEqualTo(bob.id());
    assertThat(direct.get("unread").asLong()).isEqualTo(1);
    assertThat(direct.at("/lastMessage/data").asText()).isEqualTo("hello");
    assertThat(direct.at("/lastMessage/channel").asText()).isEqualTo("direct:" + bob.id());
    assertThat(all.get(0).get("name").asText()).isEqualTo("First");
    assertThat(all.get(0).get("visibility").asText()).isEqualTo("private");
    assertThat(all.get(0).get("unread").asLong()).as("own messages and notices").isZero();
    assertThat(all.get(2).get("unread").asLong()).as("a room that was made").isZero();

    assertThat(conversations(bob))
        .extracting(one -> one.get("channel").asText())
        .containsExactly("direct:" + ann.id());
    assertThat(conversations(bob).get(0).get("unread").asLong()).isZero();
  }

  @Test
  void whoIsRemovedHasTheConversationNoLonger() {
    String room = room(ann, "Room");
    String member = "api/v1/rooms/" + room.substring(5) + "/members/" + bob.id();
    ann.api().call("PUT", member, "{}").expect(200);
    assertThat(conversations(bob)).hasSize(1);
    ann.api().call("DELETE", member, "").expect(204);
    assertThat(conversations(bob)).isEmpty();
  }

  @Test
  void receiptsOfADirectConversationNameItAsEachKnowsIt() {
    try (WsClient anns = ann.connect();
        WsClient bobs = bob.connect()) {
      publish(bob, "direct:" + ann.id(), "hello");
      JsonNode answer = anns.command("read", "channel", "direct:" + bob.id(), "offset", 1);
      assertThat(answer.get("channel").asText()).isEqualTo("direct:" + bob.id());
      assertThat(answer.get("unread").asLong()).isZero();
      bobs.command("subscribe", "channel", "direct:" + ann.id());
      publish(bob, "direct:" + ann.id(), "again");
      anns.command("read", "channel", "direct:" + bob.id(), "offset", 2);
      JsonNode receipt =
          bobs.awaitFrame(
              "ann's receipt",
              f -> f.path("type").asText().equals("receipt") && f.path("read").asLong() == 2);
      assertThat(receipt.get("channel").asText()).isEqualTo("direct:" + ann.id());
      assertThat(receipt.at("/user/id").asText()).isEqualTo(ann.id());
    }
    assertThat(conversations(ann).get(0).get("unread").asLong()).isZero();
  }

  @Test
  void changesReachBothUnderTheNamesThatTheyKnow() {
    try (WsClient anns = ann.connect()) {
      anns.command("subscribe", "channel", "direct:" + bob.id());
      String id =
          bob.api().publish("direct:" + ann.id(), "1").expect(201).json().get("messageId").asText();
      anns.awaitMessage("direct:" + bob.id());
      bob.api()
          .call("PATCH", Api.messagesPath("direct:" + ann.id()) + "/" + id, "{\"data\":\"2\"}")
          .expect(200);
      JsonNode push = anns.awaitMessage("direct:" + bob.id());
      assertThat(push.at("/data/data").asText()).isEqualTo("2");
      ann.api()
          .call("PATCH", Api.messagesPath("direct:" + bob.id()) + "/" + id, "{\"data\":\"3\"}")
          .problem(403, "forbidden");
    }
  }

  @Test
  void pagesHaveEachConversationOnce() {
    List<String> rooms = IntStream.range(0, 7).mapToObj(i -> room(ann, "Room " + i)).toList();
    List<String> seen = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page =
          ann.api()
              .get("api/v1/conversations?limit=3&cursor=" + ServerUrl.encode(cursor))
              .expect(200)
              .json();
      page.get("conversations").forEach(one -> seen.add(one.get("channel").asText()));
      cursor = page.path("next").asText("");
    } while (!cursor.isEmpty());
    assertThat(seen).hasSize(7).containsExactlyInAnyOrderElementsOf(rooms);
    ann.api().get("api/v1/conversations?cursor=x").problem(400, "bad_request");
    ann.api().get("api/v1/conversations?limit=101").problem(400, "bad_request");
  }
}
