package dev.parley.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.Await;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.PollClient;
import dev.parley.testkit.Position;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.SseClient;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Direct conversations, from outside: they reach both people without their asking. */
class DirectIT extends WireTest {
  private Person ann;
  private Person bob;
  private Person eve;
  private String toAnn;
  private String toBob;

  @BeforeEach
  void people() {
    ann = tenant.person("ann");
    bob = tenant.person("bob");
    eve = tenant.person("eve");
    toAnn = "direct:" + ann.id();
    toBob = "direct:" + bob.id();
  }

  @Test
  void aMessageReachesEveryConnectionOfBothUnderTheOthersName() {
    try (WsClient first = ann.connect();
        WsClient second = ann.connect();
        SseClient annsStream = ann.sse().open();
        WsClient bobs = bob.connect();
        SseClient bobsStream = bob.sse().open();
        WsClient eves = eve.connect()) {
      annsStream.awaitConnected();
      bobsStream.awaitConnected();
      JsonNode published = first.command("publish", "channel", toBob, "data", "hello");
      assertThat(published.get("channel").asText()).isEqualTo(toBob);
      for (WsClient one : List.of(first, second)) {
        assertThat(one.awaitPush("subscribed").get("channel").asText()).isEqualTo(toBob);
        JsonNode message = one.awaitMessage(toBob);
        assertThat(message.get("data").asText()).isEqualTo("hello");
        assertThat(message.at("/user/id").asText()).isEqualTo(ann.id());
      }
      JsonNode subscribed = bobs.awaitPush("subscribed");
      assertThat(subscribed.get("channel").asText()).isEqualTo(toAnn);
      assertThat(subscribed.get("offset").asInt()).isZero();
      assertThat(subscribed.get("messages")).isEmpty();
      JsonNode message = bobs.awaitMessage(toAnn);
      assertThat(message.get("data").asText()).isEqualTo("hello");
      assertThat(Position.in(message)).isEqualTo(Position.in(published));
      assertThat(annsStream.awaitMessage(toBob).json().get("data").asText()).isEqualTo("hello");
      assertThat(bobsStream.awaitMessage(toAnn).json().get("data").asText()).isEqualTo("hello");
      bobs.command("publish", "channel", toAnn, "data", "hello yourself");
      first.awaitFrame("it", one -> one.path("data").asText().equals("hello yourself"));
      eves.assertNothingElse();
    }
  }

  @Test
  void everyMessageComesOnceAndInOrder() {
    try (WsClient anns = ann.connect();
        WsClient bobs = bob.connect()) {
      int count = 60;
      anns.publishMany(toBob, count);
      for (int offset = 1; offset <= count; offset++) {
        assertThat(bobs.awaitMessage(toAnn).get("offset").asInt()).isEqualTo(offset);
        assertThat(anns.awaitMessage(toBob).get("offset").asInt()).isEqualTo(offset);
      }
      bobs.assertNoMessage(toAnn);
    }
  }

  @Test
  void whoConnectsLaterIsInTheConversationThatGoesOn() {
    ann.api().publish(toBob, "before").expect(201);
    try (WsClient bobs = bob.ws().open()) {
      JsonNode connected = bobs.awaitPush("connected");
      assertThat(connected.get("channels")).extracting(JsonNode::asText).contains(toAnn);
      assertThat(connected.at("/positions/" + toAnn + "/offset").asInt()).isEqualTo(1);
      ann.api().publish(toBob, "after").expect(201);
      assertThat(bobs.awaitMessage(toAnn).get("data").asText()).isEqualTo("after");
    }
  }

  @Test
  void bothReadOneHistoryEachUnderItsOwnName() {
    ann.api().publish(toBob, "one").expect(201);
    bob.api().publish(toAnn, "two").expect(201);
    assertThat(ann.api().stored(toBob)).containsExactly("one", "two");
    assertThat(bob.api().stored(toAnn)).containsExactly("one", "two");
    JsonNode page = bob.api().history(toAnn, "limit=1").expect(200).json();
    assertThat(page.at("/messages/0/channel").asText()).isEqualTo(toAnn);
    JsonNode rest =
        bob.api().history(toAnn, "before=" + page.get("next").asText()).expect(200).json();
    assertThat(rest.at("/messages/0/data").asText()).isEqualTo("one");
    assertThat(ann.api().history(toBob, "").expect(200).text()).doesNotContain("~~");
  }

  @Test
  void nobodyElseReachesThePair() {
    ann.api().publish(toBob, "secret").expect(201);
    for (String name : List.of(toAnn, toBob)) {
      assertThat(eve.api().stored(name)).isEmpty();
    }
    String pair = "direct:" + (ann.id().compareTo(bob.id()) < 0 ? ann.id() : bob.id());
    pair += "~~" + (ann.id().compareTo(bob.id()) < 0 ? bob.id() : ann.id());
    for (Person person : List.of(eve, ann)) {
      person.api().history(pair, "").problem(400, "bad_request");
      person.api().publish(pair, "x").problem(400, "bad_request");
      try (WsClient ws = person.connect()) {
        ws.rejected("bad_request", "subscribe", "channel", pair);
      }
    }
  }

  @Test
  void notesToOneselfReachOnesOtherDevices() {
    try (WsClient phone = ann.connect();
        WsClient desk = ann.connect()) {
      phone.command("publish", "channel", toAnn, "data", "milk");
      assertThat(desk.awaitMessage(toAnn).get("data").asText()).isEqualTo("milk");
      assertThat(phone.awaitMessage(toAnn).get("data").asText()).isEqualTo("milk");
      desk.assertNoMessage(toAnn);
    }
  }

  @Test
  void whoComesBackIsToldWhatWasSaidMeanwhile() {
    JsonNode first;
    try (WsClient bobs = bob.connect()) {
      ann.api().publish(toBob, "one").expect(201);
      first = bobs.awaitMessage(toAnn);
    }
    ann.api().publish(toBob, "two").expect(201);
    eve.api().publish(toBob, "from a new one").expect(201);
    Object resume = Json.object(toAnn, Position.in(first).json());
    try (WsClient bobs = WsClient.to(server).open()) {
      JsonNode connected = bobs.command("connect", "token", bob.token(), "resume", resume);
      assertThat(connected.at("/recovered/" + toAnn).asBoolean()).isTrue();
      assertThat(bobs.awaitMessage(toAnn).get("data").asText()).isEqualTo("two");
      // A conversation that has begun meanwhile has no position with the client.
      assertThat(bobs.awaitMessage("direct:" + eve.id()).get("data").asText())
          .isEqualTo("from a new one");
      bobs.assertNoMessage(toAnn);
    }
  }

  @Test
  void aStreamGoesOnByItsCursor() {
    String cursor;
    try (SseClient stream = bob.sse().open()) {
      stream.awaitConnected();
      ann.api().publish(toBob, "one").expect(201);
      stream.awaitMessage(toAnn);
      cursor = stream.lastEventId();
    }
    ann.api().publish(toBob, "two").expect(201);
    eve.api().publish(toBob, "new").expect(201);
    try (SseClient stream = bob.sse().lastEventId(cursor).open()) {
      assertThat(stream.awaitMessage(toAnn).json().get("data").asText()).isEqualTo("two");
      assertThat(stream.awaitMessage("direct:" + eve.id()).json().get("data").asText())
          .isEqualTo("new");
      ann.api().publish(toBob, "three").expect(201);
      assertThat(stream.awaitMessage(toAnn).json().get("data").asText()).isEqualTo("three");
    }
  }

  @Test
  void pollsGetEachMessageOnceWhetherTheyWaitOrNot() {
    PollClient poll = bob.poll();
    poll.poll(0);
    ann.api().publish(toBob, "between").expect(201);
    JsonNode between = poll.poll(0);
    assertThat(between.get("messages")).hasSize(1);
    assertThat(between.at("/messages/0/channel").asText()).isEqualTo(toAnn);
    assertThat(between.get("positions").has(toAnn)).isTrue();
    assertThat(poll.poll(0).get("messages")).isEmpty();
    CompletableFuture<Api.Answer> waiting = poll.askAsync(20);
    eve.api().publish(toBob, "while it waits").expect(201);
    JsonNode answer = Await.result("the poll", waiting).expect(200).json();
    poll.keep(answer);
    assertThat(answer.at("/messages/0/data").asText()).isEqualTo("while it waits");
    assertThat(poll.poll(0).get("messages")).isEmpty();
  }

  @Test
  void aConversationMayBeLeftAndAskedForLikeAnyChannel() {
    try (WsClient bobs = bob.connect()) {
      ann.api().publish(toBob, "one").expect(201);
      JsonNode one = bobs.awaitMessage(toAnn);
      bobs.sendText(Json.object("type", "ack", "channel", toAnn, "offset", 1).toString());
      bobs.rejected("bad_request", "ack", "channel", toAnn, "offset", 2);
      bobs.command("unsubscribe", "channel", toAnn);
      ann.api().publish(toBob, "two").expect(201);
      bobs.assertNoMessage(toAnn);
      JsonNode again =
          bobs.command("subscribe", "channel", toAnn, "recover", Position.in(one).json());
      assertThat(again.get("recovered").asBoolean()).isTrue();
      assertThat(again.at("/messages/0/data").asText()).isEqualTo("two");
      assertThat(again.at("/messages/0/channel").asText()).isEqualTo(toAnn);
      assertThat(again.get("channel").asText()).isEqualTo(toAnn);
    }
  }

  @Test
  void idsThatAreNoNamesHaveDirectConversationsToo() {
    Person strange = tenant.person("auth0|7 ü");
    String toStrange = "direct:" + new dev.parley.protocol.UserId(strange.id()).asChannelPart();
    try (WsClient ws = strange.connect()) {
      ann.api().publish(ServerUrl.encode(toStrange), "hello").expect(201);
      assertThat(ws.awaitMessage(toAnn).get("data").asText()).isEqualTo("hello");
    }
    strange.api().publish(toAnn, "hello").expect(201);
    assertThat(ann.api().stored(ServerUrl.encode(toStrange))).containsExactly("hello", "hello");
  }

  @Test
  void whoTypesIsSeenUnderTheNameByWhichTheOtherKnowsTheConversation() {
    try (WsClient anns = ann.connect();
        WsClient bobs = bob.connect();
        WsClient eves = eve.connect()) {
      anns.command("publish", "channel", toBob, "data", "hello");
      bobs.awaitMessage(toAnn);
      anns.sendText(Json.object("type", "typing", "channel", toBob, "typing", true).toString());
      JsonNode typing = bobs.awaitPush("typing");
      assertThat(typing.get("channel").asText()).isEqualTo(toAnn);
      assertThat(typing.at("/user/id").asText()).isEqualTo(ann.id());
      assertThat(typing.get("typing").asBoolean()).isTrue();
      assertThat(typing.toString()).doesNotContain("~~");
      eves.assertNothingElse();
    }
  }
}
