package dev.parley.publisher;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.UUID;

/** Sends calls to Parley over HTTP; stored when the call returns. Any thread; blocks. */
@ApplicationScoped
class HttpCalls {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Tries of one call, under one key, so that a lost answer doubles nothing. */
  private static final int TRIES = 2;

  @Inject PublisherSettings settings;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  /**
   * Sends the call.
   *
   * @throws PublishFailed when Parley has refused it or does not answer
   */
  void send(Request request) {
    String url =
        settings
            .url()
            .orElseThrow(
                () ->
                    new PublishFailed(
                        "there is neither a transaction with parley.publisher.data-source nor"
                            + " parley.publisher.url"));
    HttpRequest call = call(url, request);
    IOException lost = new IOException("no answer");
    for (int i = 0; i < TRIES; i++) {
      try {
        check(client.send(call, BodyHandlers.ofString()));
        return;
      } catch (IOException e) {
        lost = e;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new PublishFailed("interrupted", e);
      }
    }
    throw new PublishFailed("Parley does not answer: " + lost, lost);
  }

  private HttpRequest call(String url, Request request) {
    String path =
        request.isNotification()
            ? "/api/v1/notifications"
            : "/api/v1/channels/" + request.channel() + "/messages";
    HttpRequest.Builder call =
        HttpRequest.newBuilder(URI.create(url.replaceAll("/+$", "") + path))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", UUID.randomUUID().toString())
            .POST(BodyPublishers.ofString(request.body()));
    settings.token().ifPresent(token -> call.header("Authorization", "Bearer " + token));
    return call.build();
  }

  private static void check(HttpResponse<String> answer) {
    if (answer.statusCode() >= 300) {
      throw new PublishFailed("Parley answers " + answer.statusCode() + ": " + answer.body());
    }
  }
}
