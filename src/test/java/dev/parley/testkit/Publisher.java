package dev.parley.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/**
 * Publishes numbered messages with a few under way at a time, and reports every attempt and every
 * answer to the checker. One thread.
 */
public final class Publisher {
  private static final int UNDER_WAY = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Sender sender;
  private final String name;
  private final HistoryChecker checker;
  private final Deque<CompletableFuture<Void>> underWay = new ArrayDeque<>();

  /** Sends one value under one key; the future is the answer: a reply or an HTTP body. */
  @FunctionalInterface
  private interface Sender {
    CompletableFuture<JsonNode> send(String value, String key);
  }

  private Publisher(Sender sender, String name, HistoryChecker checker) {
    this.sender = sender;
    this.name = name;
    this.checker = checker;
  }

  /** Publishes through a WebSocket. */
  public static Publisher over(
      WsClient socket, String channel, String name, HistoryChecker checker) {
    return new Publisher(
        (value, key) ->
            socket.commandAsync("publish", "channel", channel, "data", value, "key", key),
        name,
        checker);
  }

  /** Publishes through HTTP. */
  public static Publisher over(Api api, String channel, String name, HistoryChecker checker) {
    return new Publisher(
        (value, key) ->
            api.publishAsync(channel, Json.object("data", value), key).thenApply(Api.Answer::json),
        name,
        checker);
  }

  /** Publishes so many messages and waits for all answers, which must be good. */
  public void publish(int count, Pace pace) {
    for (int i = 0; i < count; i++) {
      pace.step();
      underWay.add(send(name + "-" + i));
      if (underWay.size() >= UNDER_WAY) {
        Await.result("an answer to " + name, PATIENCE, underWay.remove());
      }
    }
    while (!underWay.isEmpty()) {
      Await.result("an answer to " + name, PATIENCE, underWay.remove());
    }
  }

  /** Sends one value without waiting; the future fails when the answer is not that it is stored. */
  public CompletableFuture<Void> send(String value) {
    checker.attempted(value);
    return sender.send(value, value).thenAccept(stored -> report(value, stored));
  }

  private void report(String value, JsonNode answer) {
    if (answer.has("code")) {
      // Says that nothing was stored; an internal error does not.
      if (!answer.get("code").asText().equals("internal")) {
        checker.refused(value);
      }
      throw new IllegalStateException(value + " was not stored: " + answer);
    }
    checker.acknowledged(value, Position.in(answer), answer.get("messageId").asText());
  }
}
