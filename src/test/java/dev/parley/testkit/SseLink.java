package dev.parley.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** A subscription over a stream of server-sent events. */
final class SseLink implements Link {
  private final String channel;
  private final Listener listener;
  private final SseClient stream;

  SseLink(ServerUrl server, String token, String channel, From from, Listener listener) {
    this.channel = channel;
    this.listener = listener;
    SseRequest request = SseClient.to(server).bearer(token).channels(channel).tap(this::heard);
    if (from.position() != null) {
      request.position(channel, from.position());
    } else if (!from.cursor().isEmpty()) {
      request.lastEventId(from.cursor());
    }
    this.stream = request.open();
    var unused = stream.ended().thenAccept(listener::lost);
  }

  private void heard(SseEvent event) {
    JsonNode push = event.json();
    if (push.path("type").asText().equals("connected")) {
      Position live = Position.in(push.path("positions").path(channel));
      boolean recovered = push.path("recovered").path(channel).asBoolean(true);
      listener.opened(new Opened(live, recovered, List.of(), true, ""));
    } else if (push.path("type").asText().equals("draining")) {
      listener.draining(push.get("reconnectIn").asLong());
    } else if (push.path("channel").asText().equals(channel)) {
      switch (push.path("type").asText()) {
        case "message" -> listener.message(push, event.lastEventId());
        case "unsubscribed" -> listener.lost(event.data());
        default -> {
          // Not about messages.
        }
      }
    }
  }

  @Override
  public void cut() {
    stream.cut();
  }
}
