package dev.parley.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What every Parley that is measured is told beyond what it is shipped with. */
final class ParleySettings {
  private ParleySettings() {}

  /** Development mode for its tokens, no limit of rate, and a namespace that stores nothing. */
  static Map<String, String> common() {
    Map<String, String> properties = unlimited();
    // What is not stored is measured with live:<name>.
    properties.put("parley.channels.live.subscribe", "tenant");
    properties.put("parley.channels.live.publish", "tenant");
    properties.put("parley.channels.live.durable", "false");
    return properties;
  }

  /** Development mode for its tokens, and no limit of rate. */
  static Map<String, String> unlimited() {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("parley.dev.enabled", "true");
    for (String limit :
        List.of(
            "publish-per-second",
            "commands-per-second",
            "commands-burst",
            "publisher-commands-per-second",
            "publisher-commands-burst",
            "connects-burst",
            "address-connects-burst",
            "connections-per-user",
            "polls-per-second",
            "polls-burst",
            "publish-burst",
            "publisher-per-second",
            "publisher-burst",
            "rooms-per-minute",
            "rooms-burst")) {
      properties.put("parley.ratelimit." + limit, "1000000");
    }
    return properties;
  }
}
