package dev.parley.bench.load;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parley over WebSocket, as JSON. */
final class ParleySocket implements Dialect {
  private final String token;
  private final @Nullable String channel;

  ParleySocket(String token, @Nullable String channel) {
    this.token = token;
    this.channel = channel;
  }

  @Override
  public String path() {
    return "/parley/ws";
  }

  @Override
  public Map<String, String> headers() {
    return Map.of("Authorization", "Bearer " + token, "Sec-WebSocket-Protocol", "parley.v1.json");
  }

  @Override
  public void heard(String text, Outlet out) {
    if (text.contains("\"type\":\"error\"")) {
      out.fail(text);
    }
    if (text.contains("\"type\":\"connected\"")) {
      if (channel == null) {
        out.ready();
      } else {
        out.say("{\"id\":1,\"type\":\"subscribe\",\"channel\":\"" + channel + "\"}");
      }
    }
    if (text.contains("\"type\":\"subscribed\"")) {
      out.ready();
    }
  }

  /** Without an id: an answer comes only when it fails. */
  @Override
  public String publication(String to, String payload) {
    return "{\"type\":\"publish\",\"channel\":\"" + to + "\",\"data\":\"" + payload + "\"}";
  }
}
