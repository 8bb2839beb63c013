package dev.parley.testkit;

import java.util.Map;

/**
 * The settings with which Parley runs in every test that has a server, {@code *IT} and {@code *ST}
 * alike: the one place for them. A test that needs another value starts a {@link NodeProcess} of
 * its own with that value.
 */
public final class TestSettings {

  private TestSettings() {}

  /** The settings, as system properties of the server. */
  public static Map<String, String> properties() {
    return Map.of("parley.dev.enabled", "true");
  }
}
