package dev.parley.bench.load;

import java.util.Map;

/** Parley over server-sent events. */
final class ParleyStream implements Dialect {
  private final String token;
  private final String channel;

  ParleyStream(String token, String channel) {
    this.token = token;
    this.channel = channel;
  }

  @Override
  public String path() {
    return "/parley/api/v1/stream?channels=" + channel;
  }

  @Override
  public Map<String, String> headers() {
    return Map.of("Authorization", "Bearer " + token);
  }

  @Override
  public void heard(String text, Outlet out) {
    if (text.contains("event: error")) {
      out.fail(text);
    }
    if (text.contains("event: connected")) {
      out.ready();
    }
  }
}
