package dev.parley.testkit;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Where a server is: the address of its WAR, with a slash at the end. */
public record ServerUrl(URI root) {
  public ServerUrl {
    if (!root.getPath().endsWith("/")) {
      root = URI.create(root + "/");
    }
  }

  public static ServerUrl of(String root) {
    return new ServerUrl(URI.create(root));
  }

  /** An address below the WAR's root, for example {@code api/v1/tickets}. */
  public URI http(String pathAndQuery) {
    return URI.create(root + pathAndQuery);
  }

  /** The same address for a WebSocket. */
  public URI ws(String pathAndQuery) {
    return URI.create("ws" + http(pathAndQuery).toString().substring("http".length()));
  }

  /** A value, safe inside a query string. */
  public static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
