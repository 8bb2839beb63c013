package dev.parley.connection.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.SseClient;
import dev.parley.testkit.SseEvent;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.WireTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server's own {@code SseBroadcaster} on the sinks of streams. */
class AnnouncementIT extends WireTest {
  private final String room = Tenant.room();
  private Person ann;

  @BeforeEach
  void ann() {
    ann = tenant.person("ann");
  }

  private void announce(String text) {
    ann.api().post("test/announce?text=" + ServerUrl.encode(text), "").expect(204);
  }

  private static SseEvent announcement(SseClient stream, String text) {
    return stream.awaitEvent(
        "the announcement " + text,
        e -> e.data().startsWith("{") && e.json().path("text").asText().equals(text));
  }

  @Test
  void everyOpenStreamHearsAnAnnouncementAndGoesOn() {
    try (SseClient one = ann.sse(room).open();
        SseClient other = new Tenant(server).person("bob").sse().open();
        SseClient unnamed = ann.sse(room).query("named", "false").open()) {
      one.awaitConnected();
      other.awaitConnected();
      ann.api().publish(room, "before").expect(201);
      String id = one.awaitMessage(room).lastEventId();
      announce("down at\n22:00");
      SseEvent heard = announcement(one, "down at\n22:00");
      assertThat(heard.name()).isEqualTo("announcement");
      assertThat(heard.json().get("type").asText()).isEqualTo("announcement");
      assertThat(heard.lastEventId()).as("still the cursor").isEqualTo(id);
      announcement(other, "down at\n22:00");
      assertThat(announcement(unnamed, "down at\n22:00").name()).isEqualTo("message");
      ann.api().publish(room, "after").expect(201);
      assertThat(one.awaitMessage(room).json().get("data").asText()).isEqualTo("after");
    }
  }

  /** One who does not read, one who has gone: the others hear everything in order. */
  @Test
  void aStalledStreamAndAnEndedOneHurtNobody() throws Exception {
    Person idle = tenant.person("idle");
    String ballast = Tenant.room();
    try (SseClient reader = ann.sse(room).open();
        SseClient leaver = ann.sse(room).open();
        Socket stalled = stalledStream(idle, ballast)) {
      reader.awaitConnected();
      leaver.awaitConnected();
      announce("registered");
      announcement(leaver, "registered");
      // More than the buffers on the way hold.
      String payload = "x".repeat(100_000);
      for (int i = 0; i < 150; i++) {
        ann.api().publish(ballast, payload).expect(201);
      }
      leaver.cut();
      for (int i = 0; i < 200; i++) {
        announce("a" + i);
      }
      for (int i = 0; i < 200; i++) {
        String text =
            reader
                .awaitEvent("an announcement", e -> e.json().path("text").asText().startsWith("a"))
                .json()
                .get("text")
                .asText();
        assertThat(text).isEqualTo("a" + i);
      }
      assertThat(stalled.isConnected()).isTrue();
    }
    try (SseClient late = ann.sse(room).open()) {
      late.awaitConnected();
      announce("once more");
      announcement(late, "once more");
    }
  }

  /** Opens a stream, reads that it has begun, and no more. */
  private Socket stalledStream(Person person, String channel) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4 << 10);
    socket.connect(new InetSocketAddress(server.root().getHost(), server.root().getPort()));
    String request =
        "GET "
            + server.http("api/v1/stream?channels=" + channel).getRawPath()
            + "?channels="
            + channel
            + " HTTP/1.1\r\n"
            + "Host: "
            + server.root().getAuthority()
            + "\r\n"
            + "Accept: text/event-stream\r\nAuthorization: Bearer "
            + person.token()
            + "\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    BufferedReader in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8), 256);
    String line = in.readLine();
    assertThat(line).contains(" 200 ");
    while (!line.startsWith("data:")) {
      line = in.readLine();
    }
    assertThat(Json.parse(line.substring(5)).get("channels")).isNotNull();
    return socket;
  }
}
