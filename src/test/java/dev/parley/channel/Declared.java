package dev.parley.channel;

import dev.parley.platform.FakeConfig;
import java.util.HashMap;
import java.util.Map;

/** Namespaces and policies for tests, declared by properties. */
public final class Declared {
  private Declared() {}

  /** Namespaces from pairs of an option ({@code room.subscribe}) and its value. */
  public static Namespaces namespaces(String... options) {
    Map<String, String> properties = new HashMap<>();
    for (int i = 0; i < options.length; i += 2) {
      properties.put("parley.channels." + options[i], options[i + 1]);
    }
    return namespaces(properties);
  }

  static Namespaces namespaces(Map<String, String> properties) {
    Namespaces namespaces = new Namespaces();
    namespaces.settings = FakeConfig.settings(properties);
    namespaces.read();
    return namespaces;
  }

  /** A policy over these namespaces. */
  public static ChannelPolicy policy(String... options) {
    ChannelPolicy policy = new ChannelPolicy();
    policy.namespaces = namespaces(options);
    policy.rules = new Rules();
    return policy;
  }
}
