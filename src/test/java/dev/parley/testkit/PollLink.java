package dev.parley.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A subscription by asking again and again. */
final class PollLink implements Link {
  private static final int WAIT_SECONDS = 5;

  private final String channel;
  private final Listener listener;
  private final PollClient client;
  private volatile boolean over;
  private volatile CompletableFuture<Api.Answer> asking;

  PollLink(ServerUrl server, String token, String channel, From from, Listener listener) {
    this.channel = channel;
    this.listener = listener;
    this.client = new PollClient(server, token, channel);
    if (from.position() != null) {
      client.from(channel, from.position());
    } else {
      client.from(from.cursor());
    }
    // The first answer says from where it goes on; it must not be parked until something happens.
    ask(0);
  }

  private void ask(int waitSeconds) {
    if (over) {
      return;
    }
    asking = client.askAsync(waitSeconds);
    if (over) {
      asking.cancel(true);
    }
    var unused =
        asking.whenComplete(
            (answer, failure) -> {
              if (failure != null) {
                listener.lost(failure.toString());
              } else if (answer.status() != 200) {
                listener.lost(answer.status() + " " + answer.text());
              } else if (!over) {
                heard(answer.json());
              }
            });
  }

  private void heard(JsonNode answer) {
    client.keep(answer);
    List<JsonNode> messages = new ArrayList<>();
    for (JsonNode message : answer.get("messages")) {
      if (message.path("channel").asText().equals(channel)) {
        messages.add(message);
      }
    }
    Position live = Position.in(answer.path("positions").path(channel));
    boolean recovered = answer.path("recovered").path(channel).asBoolean(true);
    listener.opened(new Opened(live, recovered, messages, false, client.cursor()));
    long pause = answer.path("retryAfterMs").asLong();
    if (pause == 0) {
      ask(WAIT_SECONDS);
    } else {
      CompletableFuture.delayedExecutor(pause, TimeUnit.MILLISECONDS)
          .execute(() -> ask(WAIT_SECONDS));
    }
  }

  @Override
  public void cut() {
    over = true;
    asking.cancel(true);
  }
}
