package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.SseClient;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages that ask each recipient to confirm them. */
class ConfirmationsIT extends WireTest {
  private Person ann;
  private Person bob;
  private Person eve;
  private String room;

  @BeforeEach
  void aRoomOfThree() {
    ann = tenant.person("ann");
    bob = tenant.person("bob");
    eve = tenant.person("eve");
    room =
        ann.api()
            .call("POST", "api/v1/rooms", "{\"name\":\"Room\",\"visibility\":\"private\"}")
            .expect(201)
            .json()
            .get("channel")
            .asText();
    for (Person member : Set.of(bob, eve)) {
      ann.api()
          .call("PUT", "api/v1/rooms/" + room.substring(5) + "/members/" + member.id(), "{}")
          .expect(200);
    }
  }

  private String ask(String channel, Person who) {
    return who.api()
        .publish(channel, Json.object("data", "please", "confirm", true), "")
        .expect(201)
        .json()
        .get("messageId")
        .asText();
  }

  private String path(String id) {
    return Api.messagesPath(room) + "/" + id;
  }

  private Map<String, Boolean> asked(String id) {
    Map<String, Boolean> asked = new TreeMap<>();
    ann.api()
        .get(path(id) + "/confirmations")
        .expect(200)
        .json()
        .get("users")
        .forEach(one -> asked.put(one.get("user").asText(), one.has("confirmedAt")));
    return asked;
  }

  private static Set<String> unconfirmed(Person who) {
    Set<String> ids = new TreeSet<>();
    who.api()
        .get("api/v1/confirmations")
        .expect(200)
        .json()
        .get("messages")
        .forEach(one -> ids.add(one.get("messageId").asText()));
    return ids;
  }

  @Test
  void theAuthorSeesWhoHasConfirmedAndWhoHasNotAndIsToldOfEach() {
    String id = ask(room, ann);
    assertThat(asked(id)).isEqualTo(Map.of(bob.id(), false, eve.id(), false));
    try (WsClient anns = ann.connect();
        WsClient bobs = bob.connect()) {
      JsonNode answer = bobs.command("confirm", "channel", room, "messageId", id);
      assertThat(answer.get("type").asText()).isEqualTo("confirmation");
      JsonNode push = anns.awaitPush("confirmation");
      assertThat(push.get("messageId").asText()).isEqualTo(id);
      assertThat(push.get("channel").asText()).isEqualTo(room);
      assertThat(push.at("/user/id").asText()).isEqualTo(bob.id());
      JsonNode again = bob.api().call("PUT", path(id) + "/confirmation", "").expect(200).json();
      assertThat(again.get("duplicate").asBoolean()).isTrue();
      assertThat(again.get("time")).isEqualTo(answer.get("time"));
    }
    assertThat(asked(id)).isEqualTo(Map.of(bob.id(), true, eve.id(), false));
    bob.api().get(path(id) + "/confirmations").problem(403, "forbidden");
  }

  @Test
  void whatIsUnconfirmedIsPresentedAgainOnEachConnectionUntilItIsConfirmed() {
    String id = ask(room, ann);
    assertThat(unconfirmed(bob)).containsExactly(id);
    assertThat(unconfirmed(ann)).as("nobody confirms their own").isEmpty();
    try (WsClient socket = bob.connect();
        SseClient stream = bob.sse().open()) {
      JsonNode push = socket.awaitPush("unconfirmed");
      assertThat(push.at("/messages/0/messageId").asText()).isEqualTo(id);
      assertThat(push.at("/messages/0/confirm").asBoolean()).isTrue();
      assertThat(stream.awaitEvent("unconfirmed").json()).isEqualTo(push);
      socket.command("confirm", "channel", room, "messageId", id);
    }
    assertThat(unconfirmed(bob)).isEmpty();
    assertThat(unconfirmed(eve)).containsExactly(id);
    String taken = ask(room, ann);
    ann.api().call("DELETE", path(taken), "").expect(200);
    assertThat(unconfirmed(bob)).isEmpty();
    bob.api().call("PUT", path(taken) + "/confirmation", "").problem(409, "conflict");
  }

  @Test
  void whoHasJoinedLaterIsNotAsked() {
    String id = ask(room, ann);
    Person late = tenant.person("late");
    ann.api()
        .call("PUT", "api/v1/rooms/" + room.substring(5) + "/members/" + late.id(), "{}")
        .expect(200);
    assertThat(unconfirmed(late)).isEmpty();
    assertThat(asked(id)).containsOnlyKeys(bob.id(), eve.id());
  }

  @Test
  void nobodyConfirmsWhatDoesNotAskOrIsNotTheirs() {
    String plain = ann.api().publish(room, "x").expect(201).json().get("messageId").asText();
    bob.api().call("PUT", path(plain) + "/confirmation", "").problem(409, "conflict");
    String id = ask(room, ann);
    tenant
        .person("guest")
        .api()
        .call("PUT", path(id) + "/confirmation", "")
        .problem(404, "not_found");
  }

  @Test
  void directMessagesAndThoseToTheWholeTenantAskToo() {
    String direct = ask("direct:" + bob.id(), ann);
    Person publisher = tenant.publisher("app");
    String all = ask(bob.orgChannel(), publisher);
    assertThat(unconfirmed(bob)).containsExactlyInAnyOrder(direct, all);
    try (WsClient anns = ann.connect()) {
      bob.api()
          .call("PUT", Api.messagesPath("direct:" + ann.id()) + "/" + direct + "/confirmation", "")
          .expect(200);
      assertThat(anns.awaitPush("confirmation").get("channel").asText())
          .isEqualTo("direct:" + bob.id());
    }
    assertThat(unconfirmed(bob)).containsExactly(all);
  }
}
