package dev.parley.connection.sse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.Position;
import dev.parley.testkit.SseClient;
import dev.parley.testkit.SseEvent;
import dev.parley.testkit.SseRequest;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.net.HttpCookie;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams of server-sent events. */
class SseIT extends WireTest {
  private final String room = Tenant.room();
  private Person ann;

  @BeforeEach
  void ann() {
    ann = tenant.person("ann");
  }

  @Test
  void theStreamBeginsWithRetryAndConnected() {
    try (SseClient stream = ann.sse(room).open()) {
      SseEvent first = stream.awaitEvent("an event", e -> true);
      assertThat(first.name()).isEqualTo("connected");
      assertThat(stream.retryMs()).isEqualTo(3000);
      JsonNode connected = first.json();
      assertThat(connected.get("type").asText()).isEqualTo("connected");
      assertThat(connected.at("/user/id").asText()).isEqualTo(ann.id());
      assertThat(connected.at("/org").asText()).isEqualTo(ann.org());
      assertThat(connected.get("connectionId").asText()).isNotBlank();
      for (String channel : List.of(room, ann.userChannel(), ann.orgChannel())) {
        assertThat(connected.get("channels")).anyMatch(c -> c.asText().equals(channel));
        Position.in(connected.get("positions").path(channel));
      }
    }
  }

  @Test
  void headersKeepProxiesFromBufferingAndCaching() {
    try (SseClient stream = ann.sse(room).open()) {
      assertThat(header(stream, "Content-Type")).startsWith("text/event-stream");
      assertThat(header(stream, "Cache-Control")).contains("no-cache").contains("no-transform");
      assertThat(header(stream, "X-Accel-Buffering")).isEqualTo("no");
    }
  }

  private static String header(SseClient stream, String name) {
    return stream.headers().firstValue(name).orElse("");
  }

  @Test
  void aMessageIsAnEventNamedByItsEventWithTheSameJsonAsOnTheWebSocket() {
    try (SseClient stream = ann.sse(room).open();
        WsClient socket = ann.connect()) {
      stream.awaitConnected();
      socket.command("subscribe", "channel", room);
      socket.command("publish", "channel", room, "data", Json.object("n", 1));
      socket.command("publish", "channel", room, "event", "order.shipped", "data", 2);

      SseEvent plain = stream.awaitMessage(room);
      SseEvent named = stream.awaitMessage(room);
      assertThat(plain.name()).isEqualTo("message");
      assertThat(named.name()).isEqualTo("order.shipped");
      assertThat(plain.json()).isEqualTo(socket.awaitMessage(room));
      assertThat(named.json()).isEqualTo(socket.awaitMessage(room));
      assertThat(plain.lastEventId()).isNotBlank().isNotEqualTo(named.lastEventId());
    }
  }

  @Test
  void aMessageThatIsNamedLikeAPushIsStillAMessage() {
    // An EventSource fires its own event "error" when the connection breaks.
    try (SseClient stream = ann.sse(room).open()) {
      stream.awaitConnected();
      for (String name : List.of("connected", "error", "open", "draining")) {
        ann.api().publish(room, Json.object("event", name, "data", name), "").expect(201);
        JsonNode push = stream.awaitMessage(room).json();
        assertThat(push.get("type").asText()).isEqualTo("message");
        assertThat(push.get("event").asText()).isEqualTo(name);
      }
    }
  }

  @Test
  void unnamedEventsAreAllMessages() {
    try (SseClient stream = ann.sse(room).query("named", "false").open()) {
      assertThat(stream.awaitEvent("an event", e -> true).name()).isEqualTo("message");
      ann.api().publish(room, Json.object("event", "order.shipped", "data", 1), "").expect(201);
      SseEvent event = stream.awaitMessage(room);
      assertThat(event.name()).isEqualTo("message");
      assertThat(event.json().get("event").asText()).isEqualTo("order.shipped");
    }
  }

  /** E-01. Names with line breaks are refused when they are published: see BadInputIT. */
  @Test
  void textThatLooksLikeTheProtocolStaysData() {
    String tricky = "a\nb\r\nc\rid: 1\n\nevent: x\ndata: y\u2028z";
    try (SseClient stream = ann.sse(room).open()) {
      stream.awaitConnected();
      ann.api().publish(room, tricky).expect(201);
      SseEvent event = stream.awaitMessage(room);
      assertThat(event.name()).isEqualTo("message");
      assertThat(event.json().get("data").asText()).isEqualTo(tricky);
      ann.api().publish(room, "fence").expect(201);
      assertThat(stream.awaitMessage(room).json().get("data").asText()).isEqualTo("fence");
    }
  }

  @Test
  void formattedDataWithLineBreaksIsOneEvent() {
    try (SseClient stream = ann.sse(room).open()) {
      stream.awaitConnected();
      ann.api()
          .post(Api.messagesPath(room), "{\n \"data\":\r\n {\n  \"a\": 1\r }\n}\n")
          .expect(201);
      assertThat(stream.awaitMessage(room).json().get("data")).isEqualTo(Json.object("a", 1));
    }
  }

  // Resuming -------------------------------------------------------------------------------------

  @Test
  void lastEventIdResumesAllChannelsOfTheStream() {
    resumesAllChannels(SseRequest::lastEventId);
  }

  @Test
  void lastEventIdInTheQueryResumesAllChannelsOfTheStream() {
    resumesAllChannels((request, id) -> request.query("lastEventId", id));
  }

  @Test
  void aCursorResumesAllChannelsOfTheStream() {
    resumesAllChannels(SseRequest::cursor);
  }

  /** Puts an event id into a request. */
  @FunctionalInterface
  private interface Resume {
    SseRequest at(SseRequest request, String id);
  }

  private void resumesAllChannels(Resume how) {
    String other = Tenant.room();
    Person app = tenant.publisher("app");
    String id;
    try (SseClient stream = ann.sse(room, other).open()) {
      stream.awaitConnected();
      ann.api().publish(room, "seen").expect(201);
      id = stream.awaitMessage(room).lastEventId();
    }
    ann.api().publish(room, "missed 1").expect(201);
    ann.api().publish(other, "missed 2").expect(201);
    app.api().publish(ann.userChannel(), "missed 3").expect(201);
    try (SseClient stream = how.at(ann.sse(room, other), id).open()) {
      JsonNode recovered = stream.awaitConnected().get("recovered");
      assertThat(recovered.get(room).asBoolean()).isTrue();
      assertThat(recovered.get(other).asBoolean()).isTrue();
      ann.api().publish(room, "live").expect(201);
      assertThat(data(stream, room)).isEqualTo("missed 1");
      assertThat(data(stream, room)).isEqualTo("live");
      assertThat(data(stream, other)).isEqualTo("missed 2");
      assertThat(data(stream, ann.userChannel())).isEqualTo("missed 3");
      stream.assertNoMessage(room);
      stream.assertNoMessage(other);
    }
  }

  @Test
  void positionsStartEachChannelWhereItWasLeft() {
    String other = Tenant.room();
    Position first = Position.in(ann.api().publish(room, "1").expect(201).json());
    ann.api().publish(room, "2").expect(201);
    Position second = Position.in(ann.api().publish(other, "a").expect(201).json());
    ann.api().publish(other, "b").expect(201);
    try (SseClient stream =
        ann.sse(room, other).position(room, first).position(other, second.at(0)).open()) {
      JsonNode recovered = stream.awaitConnected().get("recovered");
      assertThat(recovered.get(room).asBoolean()).isTrue();
      assertThat(data(stream, room)).isEqualTo("2");
      assertThat(data(stream, other)).isEqualTo("a");
      assertThat(data(stream, other)).isEqualTo("b");
      stream.assertNoMessage(room);
    }
  }

  @Test
  void aPositionThatTheLogNeverHadIsNotRecovered() {
    Position live = Position.in(ann.api().publish(room, "1").expect(201).json());
    for (Position wrong : List.of(new Position("never", 0), live.at(99))) {
      try (SseClient stream = ann.sse(room).position(room, wrong).open()) {
        JsonNode connected = stream.awaitConnected();
        assertThat(connected.at("/recovered").get(room).asBoolean()).as("%s", wrong).isFalse();
        assertThat(Position.in(connected.get("positions").get(room))).isEqualTo(live);
        ann.api().publish(room, "live").expect(201);
        assertThat(data(stream, room)).isEqualTo("live");
        live = live.at(live.offset() + 1);
      }
    }
  }

  @Test
  void aStreamOpenedByATicketReconnectsByItsCookieAndTheCookieOpensNothingElse() {
    Api nobody = new Api(server, "");
    String ticket = ann.api().ticket();
    String cookie;
    String id;
    try (SseClient stream = SseClient.to(server).channels(room).query("ticket", ticket).open()) {
      stream.awaitConnected();
      List<HttpCookie> cookies = HttpCookie.parse(header(stream, "Set-Cookie"));
      assertThat(cookies).hasSize(1);
      assertThat(cookies.get(0).isHttpOnly()).isTrue();
      assertThat(header(stream, "Set-Cookie")).contains("SameSite=Strict");
      cookie = cookies.get(0).getName() + "=" + cookies.get(0).getValue();
      ann.api().publish(room, "seen").expect(201);
      id = stream.awaitMessage(room).lastEventId();
    }
    ann.api().publish(room, "missed").expect(201);
    // What a browser's EventSource does by itself: the same address, the cookie, the last id.
    try (SseClient stream =
        SseClient.to(server)
            .channels(room)
            .query("ticket", ticket)
            .header("Cookie", cookie)
            .lastEventId(id)
            .open()) {
      stream.awaitConnected();
      assertThat(data(stream, room)).isEqualTo("missed");
    }
    SseClient.to(server).channels(room).query("ticket", ticket).openRefused().expect(401);
    nobody
        .get(Api.messagesPath(room), "Cookie", cookie, "Accept", "application/json")
        .problem(401, "unauthorized");
  }

  /** Seen to fail when a stream is looked after like a connection that can send a new token. */
  @Test
  void aStreamEndsBeforeItsTokenDoes() {
    Person shortLived = tenant.shortLived(ann.id(), 4);
    try (SseClient stream = shortLived.sse(room).open()) {
      Instant end = Instant.parse(stream.awaitConnected().get("expiresAt").asText());
      stream.awaitEnd(Duration.ofSeconds(40));
      assertThat(Instant.now()).isBefore(end);
    }
  }

  // Refusals -------------------------------------------------------------------------------------

  @Test
  void withoutACredentialThereIsNoStream() {
    SseClient.to(server).channels(room).openRefused().problem(401, "unauthorized");
  }

  private static String data(SseClient stream, String channel) {
    return stream.awaitMessage(channel).json().get("data").asText();
  }
}
