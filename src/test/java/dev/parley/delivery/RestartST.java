package dev.parley.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Await.TransportFailure;
import dev.parley.testkit.Background;
import dev.parley.testkit.BuildOutput;
import dev.parley.testkit.FreePorts;
import dev.parley.testkit.HistoryChecker;
import dev.parley.testkit.HistoryChecker.Verdict;
import dev.parley.testkit.Json;
import dev.parley.testkit.NodeProcess;
import dev.parley.testkit.Person;
import dev.parley.testkit.PollClient;
import dev.parley.testkit.Position;
import dev.parley.testkit.Publisher;
import dev.parley.testkit.RecoveringClient;
import dev.parley.testkit.RecoveringClient.Transport;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.SseClient;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.Tokens;
import dev.parley.testkit.WsClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What is stored survives the server: an orderly end and a crash, on the embedded database. */
class RestartST {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final int port = FreePorts.next();
  private final String name = Tokens.unique("restart");
  private final Path data = BuildOutput.target().resolve("nodes").resolve(name).resolve("data");
  private final String room = Tenant.room();

  private NodeProcess start(String generation) {
    return NodeProcess.named(name + "-" + generation).dataFolder(data).port(port).start();
  }

  @Test
  void afterARestartEveryTransportRecoversFromTheOldPosition() {
    Person ann;
    Position position;
    String streamCursor;
    String pollCursor;
    String historyCursor;
    JsonNode keyed;
    try (NodeProcess node = start("first")) {
      ann = new Tenant(new ServerUrl(node.uri())).person("ann");
      ann.api().publish(room, "m1").expect(201);
      PollClient poll = ann.poll(room);
      pollCursor = poll.poll(0).get("cursor").asText();
      try (SseClient stream = ann.sse(room).open();
          WsClient socket = ann.connect()) {
        stream.awaitConnected();
        position = Position.in(socket.command("subscribe", "channel", room));
        ann.api().publish(room, "m2").expect(201);
        streamCursor = stream.awaitMessage(room).lastEventId();
      }
      keyed = ann.api().publish(room, Json.object("data", "m3"), "the key").expect(201).json();
      historyCursor = ann.api().history(room, "limit=1").json().get("next").asText();
      node.stop();
    }
    try (NodeProcess node = start("second");
        WsClient socket = ann.connect();
        SseClient stream = ann.sse(room).lastEventId(streamCursor).open()) {
      assertThat(node.port()).isEqualTo(port);
      JsonNode subscribed =
          socket.command("subscribe", "channel", room, "recover", position.json());
      assertThat(subscribed.get("recovered").asBoolean()).isTrue();
      assertThat(data(subscribed)).containsExactly("m2", "m3");

      assertThat(stream.awaitConnected().at("/recovered").get(room).asBoolean()).isTrue();
      assertThat(stream.awaitMessage(room).json().get("data").asText()).isEqualTo("m3");

      JsonNode polled = ann.poll(room).from(pollCursor).poll(0);
      assertThat(polled.at("/recovered").get(room).asBoolean()).isTrue();
      assertThat(data(polled)).containsExactly("m2", "m3");

      assertThat(data(ann.api().history(room, "before=" + historyCursor).expect(200).json()))
          .containsExactly("m2", "m1");
      JsonNode again =
          ann.api().publish(room, Json.object("data", "m3"), "the key").expect(200).json();
      assertThat(again.get("messageId")).isEqualTo(keyed.get("messageId"));

      // The log goes on where it was, in the same epoch.
      JsonNode next = ann.api().publish(room, "m4").expect(201).json();
      assertThat(Position.in(next)).isEqualTo(position.at(4));
      assertThat(socket.awaitMessage(room).get("data").asText()).isEqualTo("m4");
      assertThat(stream.awaitMessage(room).json().get("data").asText()).isEqualTo("m4");
    }
  }

  private static List<String> data(JsonNode answer) {
    return StreamSupport.stream(answer.get("messages").spliterator(), false)
        .map(m -> m.get("data").asText())
        .toList();
  }

  @Test
  void noAcknowledgedMessageIsLostWhenTheServerIsKilledUnderLoad() throws InterruptedException {
    HistoryChecker checker = new HistoryChecker(room);
    List<RecoveringClient> readers = new ArrayList<>();
    Person ann;
    try {
      try (NodeProcess node = start("first")) {
        ServerUrl server = new ServerUrl(node.uri());
        Tenant tenant = new Tenant(server);
        ann = tenant.person("ann");
        for (Transport transport : Transport.values()) {
          readers.add(reader(server, tenant.person("reader"), transport, checker));
        }
        killUnderLoad(node, ann, tenant.person("bob"), checker);
      }
      try (NodeProcess node = start("second");
          WsClient socket = ann.connect()) {
        assertThat(node.isAlive()).isTrue();
        // Something new ends the sequence, so that the readers know when they have everything.
        Publisher.over(socket, room, "fence", checker).send("fence").join();
        long last = ann.api().historyAfter(room, 0).size();
        for (RecoveringClient reader : readers) {
          reader.awaitOffset(last, PATIENCE);
        }
        Verdict verdict = checker.assertValid();
        assertThat(verdict.stored()).isEqualTo((int) last);
        assertThat(verdict.acknowledged()).isGreaterThan(500);
        readers.forEach(RecoveringClient::assertNoFaults);
      }
    } finally {
      readers.forEach(RecoveringClient::close);
    }
  }

  private RecoveringClient reader(
      ServerUrl server, Person person, Transport transport, HistoryChecker checker) {
    RecoveringClient reader =
        new RecoveringClient(
            server, person.token(), room, checker.subscriber(transport.name()), new Random(1));
    reader.connectLive(transport);
    return reader;
  }

  /** Two publishers send as fast as they can; the server is killed among 500 answers. */
  private void killUnderLoad(NodeProcess node, Person ann, Person bob, HistoryChecker checker)
      throws InterruptedException {
    CountDownLatch answers = new CountDownLatch(500);
    try (WsClient socket = ann.connect();
        Background background = new Background()) {
      background.run(() -> flood(Publisher.over(socket, room, "a", checker), "a", answers));
      background.run(() -> flood(Publisher.over(bob.api(), room, "b", checker), "b", answers));
      answers.await();
      node.kill();
      background.await(PATIENCE);
    }
  }

  /** Publishes until the server is gone. What has no answer then may be stored or not. */
  private static void flood(Publisher publisher, String prefix, CountDownLatch answers) {
    try {
      for (int i = 0; i < 1_000_000; i += 10) {
        List<CompletableFuture<Void>> few = new ArrayList<>();
        for (int n = i; n < i + 10; n++) {
          few.add(publisher.send(prefix + "-" + n).thenRun(answers::countDown));
        }
        few.forEach(CompletableFuture::join);
      }
    } catch (CompletionException | TransportFailure gone) {
      assertThat(gone).isNotNull();
    }
  }
}
