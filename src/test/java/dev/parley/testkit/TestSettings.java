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
    return Map.of(
        "parley.dev.enabled", "true",
        // Tests publish faster than people.
        "parley.ratelimit.publish-per-second", "100000",
        "parley.ratelimit.publish-burst", "100000",
        // Nobody wants to wait for the patience of the real ones.
        "parley.connection.auth-timeout", "PT5S",
        "parley.connection.expiry-grace", "PT2S");
  }
}
