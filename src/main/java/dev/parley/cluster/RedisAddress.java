package dev.parley.cluster;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;

/**
 * Where Redis is, and who we are there. Its text names neither the user nor the password.
 *
 * @param hosts Redis itself, the Sentinels, or some nodes of the cluster
 * @param master what the Sentinels call it; else empty
 * @param user empty for the default user
 * @param password empty for none
 */
record RedisAddress(
    Kind kind,
    List<HostAndPort> hosts,
    String master,
    String user,
    String password,
    int database,
    boolean tls) {
  /** The ways to run Redis. */
  enum Kind {
    STANDALONE(6379),
    SENTINEL(26379),
    CLUSTER(6379);

    private final int port;

    Kind(int port) {
      this.port = port;
    }
  }

  private static final Pattern URL =
      Pattern.compile("(rediss?)(-sentinel|-cluster)?://(?:([^@]*)@)?([^/@]+)(?:/(.*))?");
  private static final Pattern HOST = Pattern.compile("(\\[[^]]+]|[^:\\[\\]]+)(?::(\\d{1,5}))?");
  private static final Pattern DATABASE = Pattern.compile("\\d{1,4}");

  /**
   * Reads a URL.
   *
   * @throws IllegalArgumentException when it is none of ours; the message does not repeat it
   */
  static RedisAddress of(String url) {
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      throw new IllegalArgumentException("not a URL of Redis");
    }
    Kind kind = kind(parts.group(2));
    String[] user = (parts.group(3) == null ? "" : parts.group(3)).split(":", 2);
    String path = parts.group(5) == null ? "" : parts.group(5);
    return new RedisAddress(
        kind,
        Arrays.stream(parts.group(4).split(",", -1)).map(host -> host(host, kind.port)).toList(),
        kind == Kind.SENTINEL ? path.split("/", 2)[0] : "",
        decoded(user[0]),
        decoded(user.length == 1 ? "" : user[1]),
        database(kind, path),
        parts.group(1).equals("rediss"));
  }

  RedisAddress {
    hosts = List.copyOf(hosts);
    if (kind == Kind.SENTINEL && master.isEmpty()) {
      throw new IllegalArgumentException("no master");
    }
    if (kind == Kind.STANDALONE && hosts.size() != 1) {
      throw new IllegalArgumentException("more than one host");
    }
  }

  private static Kind kind(@Nullable String suffix) {
    return switch (suffix == null ? "" : suffix) {
      case "-sentinel" -> Kind.SENTINEL;
      case "-cluster" -> Kind.CLUSTER;
      default -> Kind.STANDALONE;
    };
  }

  private static HostAndPort host(String text, int absent) {
    Matcher host = HOST.matcher(text);
    if (!host.matches()) {
      throw new IllegalArgumentException("not a host");
    }
    String port = host.group(2);
    return new HostAndPort(
        host.group(1).replaceAll("[\\[\\]]", ""), port == null ? absent : Integer.parseInt(port));
  }

  private static int database(Kind kind, String path) {
    String text =
        switch (kind) {
          case STANDALONE -> path;
          case SENTINEL -> path.contains("/") ? path.substring(path.indexOf('/') + 1) : "";
          case CLUSTER -> path.isEmpty() ? "" : "a cluster has one database";
        };
    if (!text.isEmpty() && !DATABASE.matcher(text).matches()) {
      throw new IllegalArgumentException("not a database");
    }
    return text.isEmpty() ? 0 : Integer.parseInt(text);
  }

  private static String decoded(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return kind + " at " + hosts + (master.isEmpty() ? "" : ", master " + master);
  }
}
