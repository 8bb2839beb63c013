package dev.parley.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.Position;
import dev.parley.testkit.SseClient;
import dev.parley.testkit.SseEvent;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The inbox over HTTP, and what is pushed of it on each transport. */
class NotificationsIT extends WireTest {
  private Person ann;
  private Person bob;
  private InboxClient anns;
  private InboxClient bobs;
  private InboxClient app;

  @BeforeEach
  void people() {
    ann = tenant.person("ann");
    bob = tenant.person("bob");
    anns = new InboxClient(ann);
    bobs = new InboxClient(bob);
    app = new InboxClient(tenant.publisher("app"));
  }

  private void toAnn(String text) {
    app.send("users", List.of(ann.id()), "data", text).expect(201);
  }

  private void toAll(String text) {
    app.send("tenant", true, "data", text).expect(201);
  }

  // Sending --------------------------------------------------------------------------------------

  @Test
  void aNotificationIsStoredAndPushedToEveryDevice() {
    try (WsClient laptop = ann.connect();
        WsClient phone = ann.connect();
        SseClient stream = ann.sse().open()) {
      stream.awaitConnected();
      JsonNode sent =
          app.send("users", List.of(ann.id()), "kind", "order", "data", Json.object("n", 1))
              .expect(201)
              .json();
      assertThat(sent.get("state").asText()).isEqualTo("done");
      JsonNode stored = anns.page("").get("notifications").get(0);
      assertThat(stored.get("kind").asText()).isEqualTo("order");
      assertThat(stored.get("read").asBoolean()).isFalse();
      assertThat(stored.get("from").get("id").asText()).startsWith("app");
      List<JsonNode> pushes = new ArrayList<>();
      pushes.add(laptop.awaitMessage(ann.userChannel()));
      pushes.add(phone.awaitMessage(ann.userChannel()));
      SseEvent event = stream.awaitMessage(ann.userChannel());
      assertThat(event.name()).isEqualTo("notification");
      pushes.add(event.json());
      for (JsonNode push : pushes) {
        assertThat(push.get("event").asText()).isEqualTo("notification");
        assertThat(push.get("messageId")).isEqualTo(stored.get("id"));
        assertThat(push.get("time")).isEqualTo(stored.get("time"));
        assertThat(push.get("data").get("data")).isEqualTo(Json.object("n", 1));
        assertThat(push.get("data").get("number")).isEqualTo(stored.get("number"));
        assertThat(push.get("data").get("scope").asText()).isEqualTo("user");
      }
    }
    JsonNode polled =
        ann.poll(ann.userChannel()).from(ann.userChannel(), atZero(ann.userChannel())).poll(0);
    assertThat(polled.get("messages")).hasSize(1);
  }

  private Position atZero(String channel) {
    JsonNode page = ann.api().history(channel, "").expect(200).json();
    return new Position(page.get("messages").get(0).get("epoch").asText(), 0);
  }

  @Test
  void theWholeTenantIsNotifiedAndNobodyElse() {
    InboxClient eves = new InboxClient(new Tenant(server).person("eve"));
    try (WsClient bobsDevice = bob.connect()) {
      toAll("for all");
      JsonNode push = bobsDevice.awaitMessage(bob.orgChannel());
      assertThat(push.get("data").get("scope").asText()).isEqualTo("tenant");
    }
    // Somebody whom nobody had heard of when it was sent.
    assertThat(new InboxClient(tenant.person("late")).texts()).containsExactly("for all");
    assertThat(anns.texts()).containsExactly("for all");
    assertThat(anns.unread()).isEqualTo(1);
    assertThat(eves.texts()).isEmpty();
    assertThat(eves.unread()).isZero();
  }

  @Test
  void aNameIsNotifiedOnceHoweverOftenItIsInTheList() {
    app.send("users", List.of(ann.id(), bob.id(), ann.id()), "data", "x").expect(201);
    assertThat(anns.texts()).containsExactly("x");
    assertThat(bobs.texts()).containsExactly("x");
  }

  @Test
  void theSameKeyAgainNotifiesNobody() {
    Object[] body = {"users", List.of(ann.id()), "data", "x"};
    JsonNode first = app.sendKeyed("k", body).expect(201).json();
    JsonNode again = app.sendKeyed("k", body).expect(200).json();
    assertThat(again.get("duplicate").asBoolean()).isTrue();
    assertThat(again.get("job")).isEqualTo(first.get("job"));
    app.sendKeyed("k", "users", List.of(ann.id()), "data", "y").problem(409, "conflict");
    assertThat(anns.texts()).containsExactly("x");
    assertThat(ann.api().historyAfter(ann.userChannel(), 0)).hasSize(1);
  }

  @Test
  void onlyPublishersNotify() {
    anns.send("users", List.of(bob.id()), "data", "x").problem(403, "forbidden");
    anns.send("tenant", true, "data", "x").problem(403, "forbidden");
    assertThat(bobs.texts()).isEmpty();
  }

  // What a person does ---------------------------------------------------------------------------

  @Test
  void theListIsPagedNewestFirstWithoutGapOrRepetition() {
    for (int i = 0; i < 12; i++) {
      if (i % 3 == 0) {
        toAll("n" + i);
      } else {
        toAnn("n" + i);
      }
    }
    List<String> expected = new ArrayList<>();
    for (int i = 11; i >= 0; i--) {
      expected.add("n" + i);
    }
    assertThat(texts(anns.all("limit=5"))).isEqualTo(expected);
    assertThat(texts(anns.all("limit=1"))).isEqualTo(expected);
    JsonNode page = anns.page("limit=4");
    toAnn("new");
    toAll("newer");
    String next = page.get("next").asText();
    assertThat(texts(anns.all("limit=100&before=" + next))).isEqualTo(expected.subList(4, 12));
    assertThat(page.get("unread").asLong()).isEqualTo(12);
  }

  private static List<String> texts(List<JsonNode> notifications) {
    return notifications.stream().map(one -> one.get("data").asText()).toList();
  }

  @Test
  void readOnOneDeviceIsReadOnAll() {
    toAnn("mine");
    toAll("everybody's");
    try (WsClient phone = ann.connect()) {
      for (String text : List.of("mine", "everybody's")) {
        String id = anns.idOf(text);
        anns.mark(id, true).expect(200);
        JsonNode push = phone.awaitMessage(ann.userChannel());
        assertThat(push.get("event").asText()).isEqualTo("notification-read");
        assertThat(push.get("data").get("id").asText()).isEqualTo(id);
        assertThat(push.get("data").get("read").asBoolean()).isTrue();
        // What changes nothing is not told.
        anns.mark(id, true).expect(200);
      }
      assertThat(anns.unread()).isZero();
      phone.assertNothingElse();
    }
    assertThat(anns.all("unread=true")).isEmpty();
    anns.mark(anns.idOf("everybody's"), false).expect(200);
    assertThat(texts(anns.all("unread=true"))).containsExactly("everybody's");
    assertThat(anns.unread()).isEqualTo(1);
    assertThat(bobs.unread()).as("another's state is another's").isEqualTo(1);
  }

  @Test
  void readAllLeavesUnreadWhatHasComeSince() {
    toAnn("1");
    toAll("2");
    JsonNode shown = anns.page("").get("upTo");
    toAnn("3");
    toAll("4");
    JsonNode answer = anns.readAll(Json.object("upTo", shown).toString()).expect(200).json();
    assertThat(answer.get("unread").asLong()).isEqualTo(2);
    assertThat(texts(anns.all("unread=true"))).containsExactly("4", "3");
    assertThat(anns.readAll("").expect(200).json().get("unread").asLong()).isZero();
    assertThat(anns.unread()).isZero();
    assertThat(bobs.unread()).isEqualTo(2);
  }

  @Test
  void whatIsRemovedIsGoneForThisPersonOnly() {
    toAnn("mine");
    toAll("everybody's");
    toAll("stays");
    anns.remove(anns.idOf("mine")).expect(200);
    String id = anns.idOf("everybody's");
    assertThat(anns.remove(id).expect(200).json().get("unread").asLong()).isEqualTo(1);
    anns.remove(id).problem(404, "not_found");
    anns.mark(id, true).problem(404, "not_found");
    assertThat(anns.texts()).containsExactly("stays");
    assertThat(bobs.texts()).containsExactly("stays", "everybody's");
  }

  @Test
  void clearRemovesWhatWasThere() {
    toAnn("1");
    toAll("2");
    JsonNode upTo = anns.page("").get("upTo");
    toAll("3");
    String shown = upTo.get("user").asText() + "." + upTo.get("tenant").asText();
    try (WsClient phone = ann.connect()) {
      assertThat(anns.clear("?upTo=" + shown).expect(200).json().get("unread").asLong())
          .isEqualTo(1);
      JsonNode push = phone.awaitMessage(ann.userChannel());
      assertThat(push.get("event").asText()).isEqualTo("notifications-cleared");
      assertThat(push.get("data").get("upTo")).isEqualTo(upTo);
    }
    assertThat(anns.texts()).containsExactly("3");
    anns.clear("").expect(200);
    assertThat(anns.texts()).isEmpty();
    assertThat(anns.unread()).isZero();
    assertThat(bobs.texts()).containsExactly("3", "2");
    toAnn("4");
    assertThat(anns.unread()).isEqualTo(1);
  }

  @Test
  void anothersNotificationsCannotBeTouched() {
    toAnn("secret");
    String id = anns.idOf("secret");
    InboxClient eves = new InboxClient(new Tenant(server).person("eve"));
    for (InboxClient other : List.of(bobs, eves)) {
      other.mark(id, true).problem(404, "not_found");
      other.remove(id).problem(404, "not_found");
      other.clear("").expect(200);
      other.readAll("").expect(200);
    }
    toAll("ours");
    String ours = anns.idOf("ours");
    eves.mark(ours, true).problem(404, "not_found");
    eves.remove(ours).problem(404, "not_found");
    assertThat(anns.unread()).isEqualTo(2);
  }

  // Offline --------------------------------------------------------------------------------------

  /**
   * Seen to fail when what is recovered is queued backwards, twice, or without its first; and when
   * urgent channels have the lane of the others and are joined behind them.
   */
  @Test
  void fiveHundredToSomebodyOfflineArriveOnceInOrderUrgentFirst() {
    String cursor;
    try (SseClient before = ann.sse().open()) {
      before.awaitConnected();
      cursor = before.lastEventId();
    }
    int urgent = 0;
    for (int i = 0; i < 500; i++) {
      boolean isUrgent = i % 5 < 2;
      app.send("users", List.of(ann.id()), "data", i, "urgent", isUrgent).expect(201);
      urgent += isUrgent ? 1 : 0;
    }
    List<JsonNode> came = new ArrayList<>();
    try (SseClient stream = ann.sse().lastEventId(cursor).open()) {
      stream.awaitConnected();
      for (int i = 0; i < 500; i++) {
        came.add(stream.awaitEvent("notification").json());
      }
      toAll("fence");
      stream.awaitMessage(ann.orgChannel());
      assertThat(stream.rest()).isEmpty();
    }
    assertThat(came.subList(0, urgent))
        .allMatch(one -> one.get("channel").asText().startsWith("urgent:"));
    for (List<JsonNode> lane : List.of(came.subList(0, urgent), came.subList(urgent, 500))) {
      assertThat(lane).extracting(one -> one.get("data").get("data").asInt()).isSorted();
    }
    assertThat(came).extracting(one -> one.get("messageId")).doesNotHaveDuplicates();
    assertThat(anns.unread()).isEqualTo(501);
    assertThat(anns.all("limit=100")).hasSize(501);
  }

  // Bad input ------------------------------------------------------------------------------------

  @Test
  void badInputNamesTheField() {
    refused("users:", app.send("data", "x"));
    refused("users:", app.send("users", List.of(), "data", "x"));
    refused("users:", app.send("users", List.of("a"), "tenant", true, "data", "x"));
    refused("users:", app.send("users", "ann", "data", "x"));
    refused("users[1]:", app.send("users", List.of("ann", 7), "data", "x"));
    refused("users[1]:", app.send("users", List.of("ann", " "), "data", "x"));
    refused("users[0]:", app.send("users", List.of("ü".repeat(250)), "data", "x"));
    refused("data:", app.send("users", List.of("ann")));
    refused("kind:", app.send("users", List.of("ann"), "data", "x", "kind", "a b"));
    refused("urgent:", app.send("users", List.of("ann"), "data", "x", "urgent", "yes"));
    refused("key:", app.sendKeyed("k".repeat(256), "users", List.of("ann"), "data", "x"));
    app.send("users", List.of("ann"), "data", "x".repeat(20_000)).problem(413, "too_large");
    refused("id:", anns.mark("7", true));
    refused("read:", anns.api().call("PATCH", InboxClient.PATH + "/" + nobodys(), "{}"));
    refused("upTo.user:", anns.readAll("{\"upTo\":{\"user\":-1}}"));
    refused("upTo.tenant:", anns.readAll("{\"upTo\":{\"tenant\":\"x\"}}"));
    refused("upTo:", anns.clear("?upTo=x"));
    refused("before:", anns.api().get(InboxClient.PATH + "?before=7"));
    refused("limit:", anns.api().get(InboxClient.PATH + "?limit=101"));
    refused("unread:", anns.api().get(InboxClient.PATH + "?unread=1"));
    refused("job:", app.job("7"));
    app.job(nobodys()).problem(404, "not_found");
    anns.mark(nobodys(), true).problem(404, "not_found");
  }

  private static String nobodys() {
    return "01a201bf-7b17-7440-83e9-d51acb094ec4";
  }

  private static void refused(String field, Api.Answer answer) {
    assertThat(answer.problem(400, "bad_request").get("detail").asText()).startsWith(field);
  }
}
