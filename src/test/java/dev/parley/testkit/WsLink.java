package dev.parley.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** A subscription over a WebSocket. */
final class WsLink implements Link {
  private static final long SUBSCRIBE = 1;

  private final String channel;
  private final Listener listener;
  private final WsClient socket;

  WsLink(ServerUrl server, String token, String channel, From from, Listener listener) {
    this.channel = channel;
    this.listener = listener;
    this.socket = WsClient.to(server).bearer(token).tap(this::heard).open();
    var unused =
        socket.closed().thenAccept(how -> listener.lost("closed " + how.code() + how.reason()));
    ObjectNode subscribe = Json.object("id", SUBSCRIBE, "type", "subscribe", "channel", channel);
    if (from.position() != null) {
      subscribe.set("recover", from.position().json());
    } else if (!from.cursor().isEmpty()) {
      subscribe.set("recover", Json.object("cursor", from.cursor()));
    }
    socket.sendText(subscribe.toString());
  }

  private void heard(JsonNode frame) {
    if (frame.path("id").asLong() == SUBSCRIBE) {
      subscribed(frame);
    } else if (frame.path("type").asText().equals("draining")) {
      listener.draining(frame.get("reconnectIn").asLong());
    } else if (frame.path("channel").asText().equals(channel)) {
      switch (frame.path("type").asText()) {
        case "message" -> listener.message(frame, "");
        case "unsubscribed" -> listener.lost(frame.toString());
        default -> {
          // Not about messages.
        }
      }
    }
  }

  private void subscribed(JsonNode reply) {
    if (!reply.path("type").asText().equals("subscribed")) {
      listener.lost(reply.toString());
      return;
    }
    List<JsonNode> messages = new ArrayList<>();
    reply.get("messages").forEach(messages::add);
    // A subscription that recovers nothing says false; then nothing can be missing either.
    boolean complete =
        reply.get("recovered").asBoolean() || !reply.get("wasRecovering").asBoolean();
    listener.opened(new Opened(Position.in(reply), complete, messages, false, ""));
  }

  @Override
  public void cut() {
    socket.cut();
  }
}
