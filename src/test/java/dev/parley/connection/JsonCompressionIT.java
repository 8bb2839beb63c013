package dev.parley.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.Api;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.WireTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Long JSON answers are compressed for those who accept it. */
class JsonCompressionIT extends WireTest {
  private static final String LARGE = "a large payload, ".repeat(1_000);

  private static final String[] IDENTITY = {"Accept-Encoding", "identity"};

  private final HttpClient http = HttpClient.newHttpClient();
  private final String room = Tenant.room();
  private Person ann;

  @BeforeEach
  void ann() {
    ann = tenant.person("ann");
  }

  private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.http(path))
            .header("Authorization", "Bearer " + ann.token())
            .headers(headers);
    return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static String header(HttpResponse<?> answer, String name) {
    return String.join(", ", answer.headers().allValues(name));
  }

  private static String unpacked(HttpResponse<byte[]> answer) throws IOException {
    assertThat(header(answer, "Content-Encoding")).isEqualTo("gzip");
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aLongHistoryIsCompressedForWhoAcceptsItOnly() throws Exception {
    ann.api().publish(room, "ä" + LARGE).expect(201);
    HttpResponse<byte[]> packed = get(Api.messagesPath(room), "Accept-Encoding", "br, gzip");
    assertThat(packed.body()).hasSizeLessThan(LARGE.length() / 10);
    assertThat(header(packed, "Vary")).contains("Accept-Encoding");
    assertThat(header(packed, "Content-Type")).startsWith("application/json");
    HttpResponse<byte[]> plain = get(Api.messagesPath(room), "Accept-Encoding", "gzip;q=0");
    assertThat(header(plain, "Content-Encoding")).isEmpty();
    assertThat(header(plain, "Vary")).contains("Accept-Encoding");
    assertThat(Json.parse(unpacked(packed)))
        .isEqualTo(Json.parse(new String(plain.body(), StandardCharsets.UTF_8)));
  }

  @Test
  void aShortAnswerIsNotCompressed() throws Exception {
    ann.api().publish(room, "short").expect(201);
    HttpResponse<byte[]> answer = get(Api.messagesPath(room), "Accept-Encoding", "gzip");
    assertThat(header(answer, "Content-Encoding")).isEmpty();
  }

  @Test
  void theTagOfACompressedPollIsWeakAndStillMatches() throws Exception {
    String poll = "api/v1/poll?channels=" + room;
    String cursor = Json.parse(unpackedOrPlain(get(poll, IDENTITY))).get("cursor").asText();
    ann.api().publish(room, LARGE).expect(201);
    HttpResponse<byte[]> news = get(poll + "&cursor=" + cursor, "Accept-Encoding", "gzip");
    String tag = header(news, "ETag");
    assertThat(tag).startsWith("W/\"");
    String next = Json.parse(unpacked(news)).get("cursor").asText();
    HttpResponse<byte[]> nothing =
        get(poll + "&cursor=" + next, "Accept-Encoding", "gzip", "If-None-Match", tag);
    assertThat(nothing.statusCode()).isEqualTo(304);
  }

  private static String unpackedOrPlain(HttpResponse<byte[]> answer) {
    assertThat(header(answer, "Content-Encoding")).isEmpty();
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  /** An answer that waits is written when its request has long been left. */
  @Test
  void aWaitingPollIsCompressedToo() throws Exception {
    String poll = "api/v1/poll?channels=" + room;
    String cursor = Json.parse(unpackedOrPlain(get(poll, IDENTITY))).get("cursor").asText();
    HttpRequest request =
        HttpRequest.newBuilder(server.http(poll + "&wait=20&cursor=" + cursor))
            .header("Authorization", "Bearer " + ann.token())
            .header("Accept-Encoding", "gzip")
            .build();
    var waiting = http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
    ann.api().publish(room, LARGE).expect(201);
    assertThat(Json.parse(unpacked(waiting.get())).at("/messages/0/data").asText())
        .isEqualTo(LARGE);
  }
}
