package dev.parley.bench.load;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parley over WebSocket, as JSON. */
final class ParleySocket implements Dialect {
  private static final String SUBSCRIBED = "\"type\":\"subscribed\"";

  private final String token;
  private final List<String> channels;
  private int subscribed;

  ParleySocket(String token, @Nullable String channels) {
    this.token = token;
    this.channels = channels == null ? List.of() : List.of(channels.split(",", -1));
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
    if (text.contains("\"code\":\"rate_limited\"")) {
      out.refused(text);
    } else if (text.contains("\"type\":\"error\"")) {
      out.fail(text);
    }
    if (text.contains("\"type\":\"connected\"")) {
      for (int i = 0; i < channels.size(); i++) {
        out.say(
            "{\"id\":"
                + (i + 1)
                + ",\"type\":\"subscribe\",\"channel\":\""
                + channels.get(i)
                + "\"}");
      }
      if (channels.isEmpty()) {
        out.ready();
      }
    }
    int at = text.indexOf(SUBSCRIBED);
    while (at >= 0) {
      subscribed++;
      at = text.indexOf(SUBSCRIBED, at + 1);
    }
    if (subscribed > 0 && subscribed == channels.size()) {
      out.ready();
    }
  }

  /** Without an id: an answer comes only when it fails. */
  @Override
  public String publication(String to, String payload) {
    return "{\"type\":\"publish\",\"channel\":\"" + to + "\",\"data\":\"" + payload + "\"}";
  }
}
