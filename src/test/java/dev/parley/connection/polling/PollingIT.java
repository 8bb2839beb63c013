package dev.parley.connection.polling;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.Await;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.PollClient;
import dev.parley.testkit.Position;
import dev.parley.testkit.SseClient;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Polling, short and long. */
class PollingIT extends WireTest {
  private final String room = Tenant.room();
  private Person ann;

  @BeforeEach
  void ann() {
    ann = tenant.person("ann");
  }

  @Test
  void theFirstAnswerSaysFromWhereToGoOn() {
    ann.api().publish(room, "before").expect(201);
    JsonNode answer = ann.poll(room).poll(0);
    assertThat(answer.get("cursor").asText()).isNotBlank();
    assertThat(answer.get("messages")).isEmpty();
    assertThat(Position.in(answer.get("positions").get(room)).offset()).isEqualTo(1);
    assertThat(answer.get("retryAfterMs").asLong()).isBetween(0L, 60_000L);
    for (String channel : List.of(ann.userChannel(), ann.orgChannel())) {
      Position.in(answer.get("positions").path(channel));
    }
  }

  @Test
  void aCursorContinuesWithoutGapOrDuplicate() {
    PollClient client = ann.poll(room);
    client.poll(0);
    List<String> seen = new ArrayList<>();
    for (int i = 1; i <= 6; i++) {
      ann.api().publish(room, "m" + i).expect(201);
      if (i % 2 == 0) {
        JsonNode answer = client.poll(0);
        assertThat(answer.at("/recovered").get(room).asBoolean()).isTrue();
        seen.addAll(data(answer));
      }
    }
    assertThat(seen).containsExactly("m1", "m2", "m3", "m4", "m5", "m6");
    assertThat(client.poll(0).get("messages")).isEmpty();
  }

  @Test
  void aMessageIsTheSameAsOnTheWebSocket() {
    PollClient client = ann.poll(room);
    client.poll(0);
    try (WsClient socket = ann.connect()) {
      socket.command("subscribe", "channel", room);
      socket.command("publish", "channel", room, "event", "e", "data", Json.object("n", 1));
      assertThat(client.poll(0).get("messages")).containsExactly(socket.awaitMessage(room));
    }
  }

  @Test
  void theSameCursorGivesTheSameAnswerAgain() {
    PollClient client = ann.poll(room);
    client.poll(0);
    ann.api().publish(room, "m1").expect(201);
    // An answer that the network has lost is asked for again.
    assertThat(data(client.ask(0).expect(200).json())).containsExactly("m1");
    assertThat(data(client.poll(0))).containsExactly("m1");
  }

  @Test
  void aShortPollWithNothingNewIsNotModified() {
    PollClient client = ann.poll(room);
    client.poll(0);
    Api.Answer first = client.ask(0).expect(200);
    String etag = first.header("ETag");
    assertThat(etag).isNotBlank();

    Api.Answer unchanged = client.ask(0, "If-None-Match", etag).expect(304);
    assertThat(unchanged.text()).isEmpty();
    ann.api().publish(room, "new").expect(201);
    assertThat(data(client.ask(0, "If-None-Match", etag).expect(200).json()))
        .containsExactly("new");
  }

  @Test
  void ifNoneMatchIsComparedWeaklyAndMayBeAList() {
    PollClient client = ann.poll(room);
    client.poll(0);
    String etag = client.ask(0).expect(200).header("ETag");
    // Proxies that compress make a strong validator weak.
    String weak = etag.startsWith("W/") ? etag : "W/" + etag;
    client.ask(0, "If-None-Match", weak).expect(304);
    client.ask(0, "If-None-Match", "\"other\", " + etag).expect(304);
  }

  @Test
  void aCursorOfManyChannelsFitsIntoARequest() {
    String[] rooms = IntStream.range(0, 100).mapToObj(i -> room + "-" + i).toArray(String[]::new);
    PollClient client = ann.poll(rooms);
    client.poll(0);
    for (String each : List.of(rooms[0], rooms[50], rooms[99])) {
      ann.api().publish(each, "in " + each).expect(201);
    }
    assertThat(data(client.poll(0)))
        .containsExactlyInAnyOrder("in " + rooms[0], "in " + rooms[50], "in " + rooms[99]);
    try (SseClient stream = ann.sse(rooms).lastEventId(client.cursor()).open()) {
      assertThat(stream.awaitConnected().get("recovered").get(rooms[99]).asBoolean()).isTrue();
    }
  }

  @Test
  void answersAreNotStoredByCachesInBetween() {
    String control = ann.poll(room).ask(0).expect(200).header("Cache-Control");
    assertThat(control).containsAnyOf("no-store", "no-cache", "private");
  }

  @Test
  void aLongPollIsParkedUntilSomethingHappens() {
    PollClient client = ann.poll(room);
    client.poll(0);
    CompletableFuture<Api.Answer> parked = client.askAsync(30);
    // Another round trip through the same server: the parked request has not been answered by then.
    ann.poll(room).poll(0);
    assertThat(parked).isNotDone();
    ann.api().publish(room, "wake up").expect(201);
    assertThat(data(Await.result("the parked answer", parked).expect(200).json()))
        .containsExactly("wake up");
  }

  @Test
  void aLongPollEndsEmptyWhenNothingHappens() {
    PollClient client = ann.poll(room);
    client.poll(0);
    long begin = System.nanoTime();
    JsonNode answer = client.poll(1);
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isBetween(Duration.ofMillis(900), Duration.ofSeconds(6));
    assertThat(answer.get("messages")).isEmpty();
    assertThat(answer.get("cursor").asText()).isNotBlank();
  }

  @Test
  void aLongPollWithSomethingMissedIsAnsweredAtOnce() {
    PollClient client = ann.poll(room);
    client.poll(0);
    ann.api().publish(room, "missed").expect(201);
    assertThat(data(Await.result("an answer at once", client.askAsync(30)).expect(200).json()))
        .containsExactly("missed");
  }

  @Test
  void manyParkedRequestsHoldNoThread() {
    List<CompletableFuture<Api.Answer>> parked = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      PollClient client = tenant.person("p" + i).poll(room);
      client.poll(0);
      for (int n = 0; n < 60; n++) {
        parked.add(client.askAsync(30));
      }
    }
    // More than the server has request threads, and it still answers.
    ann.api().publish(room, "all wake up").expect(201);
    for (CompletableFuture<Api.Answer> answer : parked) {
      Api.Answer done = Await.result("a parked answer", Duration.ofSeconds(30), answer);
      if (done.status() == 429) {
        // The limit of connections per user is an answer too.
        continue;
      }
      assertThat(data(done.expect(200).json())).containsExactly("all wake up");
    }
  }

  @Test
  void positionsAndCursorsOfOtherTransportsAreGoodHere() {
    ann.api().publish(room, "m1").expect(201);
    Position position;
    String cursor;
    try (WsClient socket = ann.connect();
        SseClient stream = ann.sse(room).open()) {
      stream.awaitConnected();
      position = Position.in(socket.command("subscribe", "channel", room));
      ann.api().publish(room, "m2").expect(201);
      cursor = stream.awaitMessage(room).lastEventId();
    }
    ann.api().publish(room, "m3").expect(201);
    JsonNode byPosition = ann.poll(room).from(room, position).poll(0);
    assertThat(byPosition.at("/recovered").get(room).asBoolean()).isTrue();
    assertThat(data(byPosition)).containsExactly("m2", "m3");
    JsonNode byCursor = ann.poll(room).from(cursor).poll(0);
    assertThat(byCursor.at("/recovered").get(room).asBoolean()).isTrue();
    assertThat(data(byCursor)).containsExactly("m3");
  }

  @Test
  void aCursorTakenHereIsGoodForAStream() {
    PollClient client = ann.poll(room);
    client.poll(0);
    ann.api().publish(room, "m1").expect(201);
    try (SseClient stream = ann.sse(room).lastEventId(client.cursor()).open()) {
      assertThat(stream.awaitConnected().at("/recovered").get(room).asBoolean()).isTrue();
      assertThat(stream.awaitMessage(room).json().get("data").asText()).isEqualTo("m1");
    }
  }

  @Test
  void aGapAboveTheLimitIsNotRecovered() {
    PollClient client = ann.poll(room);
    Position begin = Position.in(client.poll(0).get("positions").get(room));
    try (WsClient socket = ann.connect()) {
      socket.publishMany(room, 301);
    }
    JsonNode answer = client.poll(0);
    assertThat(answer.at("/recovered").get(room).asBoolean()).isFalse();
    assertThat(Position.in(answer.get("positions").get(room))).isEqualTo(begin.at(301));
    ann.api().publish(room, "next").expect(201);
    assertThat(data(client.poll(0))).containsExactly("next");
  }

  @Test
  void aPositionOfAnotherEpochIsNotRecovered() {
    ann.api().publish(room, "m1").expect(201);
    JsonNode answer = ann.poll(room).from(room, new Position("never", 0)).poll(0);
    assertThat(answer.at("/recovered").get(room).asBoolean()).isFalse();
    assertThat(answer.get("messages")).isEmpty();
  }

  @Test
  void theServersAdviceIsShortUnderActivity() {
    PollClient client = ann.poll(room);
    long quiet = client.poll(0).get("retryAfterMs").asLong();
    ann.api().publish(room, "m1").expect(201);
    long busy = client.poll(0).get("retryAfterMs").asLong();
    assertThat(busy).isLessThanOrEqualTo(quiet);
  }

  @Test
  void withoutACredentialThereIsNoAnswer() {
    new PollClient(server, "", room).ask(0).problem(401, "unauthorized");
  }

  private static List<String> data(JsonNode answer) {
    return StreamSupport.stream(answer.get("messages").spliterator(), false)
        .map(m -> m.get("data").asText())
        .toList();
  }
}
