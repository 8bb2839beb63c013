package dev.parley.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The HTTP API as one caller sees it. Any thread. */
public final class Api {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ServerUrl server;
  private final String token;

  /** An empty token calls without a credential. */
  public Api(ServerUrl server, String token) {
    this.server = server;
    this.token = token;
  }

  /** An answer, whatever its status. */
  public record Answer(int status, HttpHeaders headers, String text) {
    public JsonNode json() {
      return Json.parse(text);
    }

    public String header(String name) {
      return headers.firstValue(name).orElse("");
    }

    /** This answer, which must have the status. */
    public Answer expect(int expected) {
      if (status != expected) {
        throw new AssertionError("expected " + expected + " but got " + status + ": " + text);
      }
      return this;
    }

    /** The problem document, which must have the status and the code. */
    public JsonNode problem(int expectedStatus, String code) {
      expect(expectedStatus);
      if (!header("Content-Type").startsWith("application/problem+json")) {
        throw new AssertionError("not a problem document: " + headers.map() + " " + text);
      }
      JsonNode problem = json();
      if (!problem.path("code").asText().equals(code)
          || problem.path("status").asInt() != expectedStatus) {
        throw new AssertionError("expected code " + code + " but got " + text);
      }
      return problem;
    }
  }

  /** Stores {@code data} under the default event. */
  public Answer publish(String channel, Object data) {
    return publish(channel, Json.object("data", data), "");
  }

  /** Publishes a body; an empty key sends no {@code Idempotency-Key}. */
  public Answer publish(String channel, JsonNode body, String key) {
    return join(publishAsync(channel, body, key));
  }

  public CompletableFuture<Answer> publishAsync(String channel, JsonNode body, String key) {
    HttpRequest.Builder request =
        request(messagesPath(channel)).header("Content-Type", "application/json");
    if (!key.isEmpty()) {
      request.header("Idempotency-Key", key);
    }
    return send(request.POST(BodyPublishers.ofString(body.toString())));
  }

  /** A page of history; the query has no question mark. */
  public Answer history(String channel, String query) {
    return get(messagesPath(channel) + (query.isEmpty() ? "" : "?" + query));
  }

  /** Everything that is stored after the offset, oldest first, page by page. */
  public List<JsonNode> historyAfter(String channel, long offset) {
    List<JsonNode> all = new ArrayList<>();
    String after = Long.toString(offset);
    while (!after.isEmpty()) {
      JsonNode page =
          history(channel, "after=" + ServerUrl.encode(after) + "&limit=100").expect(200).json();
      page.get("messages").forEach(all::add);
      after = page.path("next").asText("");
    }
    return all;
  }

  /** The data of everything that is stored, oldest first. */
  public List<String> stored(String channel) {
    return historyAfter(channel, 0).stream().map(m -> m.get("data").asText()).toList();
  }

  /** A single-use ticket. */
  public String ticket() {
    return NeverLogged.note(post("api/v1/tickets", "").expect(200).json().get("ticket").asText());
  }

  public Answer get(String pathAndQuery, String... headers) {
    return join(send(with(request(pathAndQuery), headers).GET()));
  }

  public Answer post(String pathAndQuery, String body, String... headers) {
    return post(pathAndQuery, BodyPublishers.ofString(body), headers);
  }

  /** Posts a body of any kind as JSON. */
  public Answer post(String pathAndQuery, BodyPublisher body, String... headers) {
    return join(
        send(
            with(request(pathAndQuery), headers)
                .header("Content-Type", "application/json")
                .POST(body)));
  }

  /** Any other call, with more headers in pairs; a body is JSON, and an empty one is none. */
  public Answer call(String method, String pathAndQuery, String body, String... headers) {
    return join(
        send(
            with(request(pathAndQuery), headers)
                .header("Content-Type", "application/json")
                .method(
                    method,
                    body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))));
  }

  public static String messagesPath(String channel) {
    return "api/v1/channels/" + channel + "/messages";
  }

  private HttpRequest.Builder request(String pathAndQuery) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.http(pathAndQuery)).timeout(PATIENCE);
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }

  private static HttpRequest.Builder with(HttpRequest.Builder request, String... headers) {
    return headers.length == 0 ? request : request.headers(headers);
  }

  private static CompletableFuture<Answer> send(HttpRequest.Builder request) {
    return Http.shared().sendAsync(request.build(), BodyHandlers.ofString()).thenApply(Api::answer);
  }

  private static Answer answer(HttpResponse<String> response) {
    return new Answer(response.statusCode(), response.headers(), response.body());
  }

  private static Answer join(CompletableFuture<Answer> answer) {
    return Await.result("an HTTP answer", PATIENCE, answer);
  }
}
