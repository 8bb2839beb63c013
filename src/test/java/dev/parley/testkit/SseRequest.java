package dev.parley.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Flow.Publisher;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What an SSE client asks for when it opens a stream. Used once. */
public final class SseRequest {
  private final ServerUrl server;
  private final List<String> query = new ArrayList<>();
  private final List<String> headers = new ArrayList<>(List.of("Accept", "text/event-stream"));
  private Consumer<SseEvent> tap = event -> {};

  SseRequest(ServerUrl server) {
    this.server = server;
  }

  public SseRequest bearer(String token) {
    return header("Authorization", "Bearer " + token);
  }

  public SseRequest header(String name, String value) {
    headers.add(name);
    headers.add(value);
    return this;
  }

  public SseRequest channels(String... channels) {
    return query("channels", String.join(",", channels));
  }

  public SseRequest lastEventId(String id) {
    return header("Last-Event-ID", id);
  }

  public SseRequest cursor(String cursor) {
    return query("cursor", cursor);
  }

  public SseRequest position(String channel, Position position) {
    return query("position", position.query(channel));
  }

  /** A query parameter, encoded here. */
  public SseRequest query(String name, String value) {
    query.add(name + "=" + ServerUrl.encode(value));
    return this;
  }

  /** Hears every event in order and before anyone else. */
  public SseRequest tap(Consumer<SseEvent> listener) {
    tap = listener;
    return this;
  }

  /** The open stream; the server must answer 200. */
  public SseClient open() {
    HttpResponse<Publisher<List<ByteBuffer>>> response = send();
    if (response.statusCode() != 200) {
      throw new AssertionError(
          "expected a stream but got " + response.statusCode() + ": " + body(response));
    }
    return new SseClient(response, tap);
  }

  /** A stream, or the answer of a server that refuses it. */
  public record Attempt(@Nullable SseClient stream, Api.@Nullable Answer refusal)
      implements AutoCloseable {
    /** The data of its first event. */
    public JsonNode connected() {
      return Objects.requireNonNull(stream).awaitConnected();
    }

    @Override
    public void close() {
      if (stream != null) {
        stream.cut();
      }
    }
  }

  /** Whatever the server answers. */
  public Attempt openOrRefused() {
    HttpResponse<Publisher<List<ByteBuffer>>> response = send();
    return response.statusCode() == 200
        ? new Attempt(new SseClient(response, tap), null)
        : new Attempt(
            null, new Api.Answer(response.statusCode(), response.headers(), body(response)));
  }

  /** The answer of a server that refuses the stream. */
  public Api.Answer openRefused() {
    HttpResponse<Publisher<List<ByteBuffer>>> response = send();
    if (response.statusCode() == 200) {
      new SseClient(response, tap).cut();
      throw new AssertionError("the stream was opened");
    }
    return new Api.Answer(response.statusCode(), response.headers(), body(response));
  }

  private HttpResponse<Publisher<List<ByteBuffer>>> send() {
    HttpRequest request =
        HttpRequest.newBuilder(server.http("api/v1/stream?" + String.join("&", query)))
            .headers(headers.toArray(String[]::new))
            .build();
    return Await.result("a stream", Http.shared().sendAsync(request, BodyHandlers.ofPublisher()));
  }

  private static String body(HttpResponse<Publisher<List<ByteBuffer>>> response) {
    var text = HttpResponse.BodySubscribers.ofString(StandardCharsets.UTF_8);
    response.body().subscribe(text);
    return Await.result("the body", text.getBody().toCompletableFuture());
  }
}
