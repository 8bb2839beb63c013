package dev.parley.bench.load;

import dev.parley.bench.server.ParleyServer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parley, with channels of one namespace. */
public final class ParleySite implements Site {
  private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");

  private final ParleyServer server;
  private final String prefix;
  private final List<String> tokens = new ArrayList<>();

  /**
   * @param prefix what the channels' names begin with, the namespace included
   * @param users how many people the clients are
   */
  public ParleySite(ParleyServer server, String prefix, int users) {
    this.server = server;
    this.prefix = prefix;
    for (int i = 0; i < users; i++) {
      tokens.add(token(server, "bench-" + i, "publisher"));
    }
  }

  /** A token of development mode, which outlasts every run. */
  public static String token(ParleyServer server, String user, String role) {
    String answer =
        server.post(
            "/api/v1/dev/token",
            "application/json",
            "{\"user\":\"" + user + "\",\"roles\":[\"" + role + "\"],\"expiresIn\":86400}");
    Matcher token = TOKEN.matcher(answer);
    if (!token.find()) {
      throw new IllegalStateException("no token in " + answer);
    }
    return token.group(1);
  }

  @Override
  public int port() {
    return server.port();
  }

  @Override
  public String channel(int number) {
    return prefix + "-" + number;
  }

  @Override
  public Dialect dialect(Transport transport, int client, @Nullable String channel) {
    String token = tokens.get(client % tokens.size());
    return switch (transport) {
      case WEBSOCKET -> new ParleySocket(token, channel);
      case SSE -> new ParleyStream(token, named(channel));
      case POLLING -> new ParleyPoll(token, named(channel));
    };
  }

  private static String named(@Nullable String channel) {
    if (channel == null) {
      throw new IllegalArgumentException("only a WebSocket can publish");
    }
    return channel;
  }
}
