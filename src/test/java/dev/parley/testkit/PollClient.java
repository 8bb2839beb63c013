package dev.parley.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A polling client that carries its cursor from one request to the next. One thread at a time. */
public final class PollClient {
  private final ServerUrl server;
  private final String token;
  private final String channels;
  private final List<String> start = new ArrayList<>();
  private String cursor = "";

  public PollClient(ServerUrl server, String token, String... channels) {
    this.server = server;
    this.token = token;
    this.channels = String.join(",", channels);
  }

  /** Starts where another client has stopped. */
  public PollClient from(String otherCursor) {
    cursor = otherCursor;
    return this;
  }

  /** Starts at a position instead of a cursor. */
  public PollClient from(String channel, Position position) {
    start.add("&position=" + ServerUrl.encode(position.query(channel)));
    return this;
  }

  /** The cursor of the last answer; empty before the first. */
  public String cursor() {
    return cursor;
  }

  /** Asks and keeps the answer's cursor; the answer must be 200. */
  public JsonNode poll(int waitSeconds) {
    JsonNode answer = ask(waitSeconds).expect(200).json();
    keep(answer);
    return answer;
  }

  /** Asks again and again until the answer holds messages. */
  public JsonNode pollUntilMessages() {
    for (int i = 0; i < 20; i++) {
      JsonNode answer = poll(5);
      if (!answer.get("messages").isEmpty()) {
        return answer;
      }
    }
    throw new AssertionError("no message in 20 polls");
  }

  /** Asks without keeping anything. */
  public Api.Answer ask(int waitSeconds, String... headers) {
    return Await.result(
        "a poll answer", Duration.ofSeconds(waitSeconds + 10), askAsync(waitSeconds, headers));
  }

  /** The same without waiting; cancelling the future drops the socket. */
  public CompletableFuture<Api.Answer> askAsync(int waitSeconds, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.http(path(waitSeconds)))
            .timeout(Duration.ofSeconds(waitSeconds + 10));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    CompletableFuture<HttpResponse<String>> sent =
        Http.shared().sendAsync(request.build(), BodyHandlers.ofString());
    CompletableFuture<Api.Answer> answer =
        sent.thenApply(r -> new Api.Answer(r.statusCode(), r.headers(), r.body()));
    var unused = answer.whenComplete((a, failure) -> sent.cancel(true));
    return answer;
  }

  /** Takes over the cursor of an answer. */
  public void keep(JsonNode answer) {
    cursor = answer.get("cursor").asText();
    start.clear();
  }

  private String path(int waitSeconds) {
    return "api/v1/poll?channels="
        + ServerUrl.encode(channels)
        + "&wait="
        + waitSeconds
        + (cursor.isEmpty() ? "" : "&cursor=" + ServerUrl.encode(cursor))
        + String.join("", start);
  }
}
