package dev.parley.bench.load;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A server that is measured beside Parley, over WebSocket. */
public final class PeerSite implements Site {
  private final int port;
  private final String prefix;
  private final Function<@Nullable String, Dialect> language;

  private PeerSite(int port, String prefix, Function<@Nullable String, Dialect> language) {
    this.port = port;
    this.prefix = prefix;
    this.language = language;
  }

  /** The peer in the folder of this name. */
  public static PeerSite of(String name, int port) {
    return switch (name) {
      case "ws", "netty" -> new PeerSite(port, "bench", Rooms::new);
      case "socketio" -> new PeerSite(port, "bench", SocketIo::new);
      case "cometd" -> new PeerSite(port, "/bench", Bayeux::new);
      default -> throw new IllegalArgumentException("no such system: " + name);
    };
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public String channel(int number) {
    return prefix + (prefix.startsWith("/") ? "/" : "-") + number;
  }

  @Override
  public Dialect dialect(Transport transport, int client, @Nullable String channel) {
    if (transport != Transport.WEBSOCKET) {
      throw new IllegalArgumentException("the peers are measured over WebSocket");
    }
    return language.apply(channel);
  }
}
