package dev.parley.bench.load;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Bayeux 1.0, the protocol of CometD, over its WebSocket transport. */
final class Bayeux implements Dialect {
  private static final Pattern CLIENT = Pattern.compile("\"clientId\":\"([^\"]+)\"");

  private final @Nullable String channel;
  private String client = "";
  private int id;

  Bayeux(@Nullable String channel) {
    this.channel = channel;
  }

  @Override
  public String path() {
    return "/cometd";
  }

  @Override
  public void opened(Outlet out) {
    out.say(
        "[{\"id\":\""
            + ++id
            + "\",\"channel\":\"/meta/handshake\",\"version\":\"1.0\","
            + "\"supportedConnectionTypes\":[\"websocket\"]}]");
  }

  @Override
  public void heard(String text, Outlet out) {
    if (text.contains("\"successful\":false")) {
      out.fail(text);
    } else if (text.contains("/meta/handshake")) {
      Matcher found = CLIENT.matcher(text);
      client = found.find() ? found.group(1) : "";
      connect(out);
      if (channel == null) {
        out.ready();
      } else {
        out.say("[{" + head("/meta/subscribe") + ",\"subscription\":\"" + channel + "\"}]");
      }
    } else {
      if (text.contains("/meta/subscribe")) {
        out.ready();
      }
      if (text.contains("/meta/connect")) {
        connect(out);
      }
    }
  }

  private void connect(Outlet out) {
    out.say("[{" + head("/meta/connect") + ",\"connectionType\":\"websocket\"}]");
  }

  private String head(String to) {
    return "\"id\":\"" + ++id + "\",\"clientId\":\"" + client + "\",\"channel\":\"" + to + "\"";
  }

  @Override
  public String publication(String to, String payload) {
    return "[{" + head(to) + ",\"data\":\"" + payload + "\"}]";
  }
}
