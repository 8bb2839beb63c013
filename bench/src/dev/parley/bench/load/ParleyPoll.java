package dev.parley.bench.load;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parley by long polls: each begins where the one before has ended. */
final class ParleyPoll implements Dialect {
  private static final Pattern CURSOR = Pattern.compile("\"cursor\":\"([^\"]+)\"");

  private static final Pattern NOT_RECOVERED =
      Pattern.compile("\"recovered\":\\{[^}]*false[^}]*\\}");

  private final String token;
  private final String channel;

  ParleyPoll(String token, String channel) {
    this.token = token;
    this.channel = channel;
  }

  @Override
  public String path() {
    return "/parley/api/v1/poll?channels=" + channel;
  }

  @Override
  public Map<String, String> headers() {
    return Map.of("Authorization", "Bearer " + token);
  }

  @Override
  public void heard(String text, Outlet out) {
    Matcher cursor = CURSOR.matcher(text);
    if (!cursor.find() || NOT_RECOVERED.matcher(text).find()) {
      out.fail(text);
      return;
    }
    out.ready();
    out.say(path() + "&wait=30&cursor=" + cursor.group(1));
  }
}
