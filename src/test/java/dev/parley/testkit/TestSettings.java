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
    return Map.ofEntries(
        Map.entry("parley.dev.enabled", "true"),
        // Tests publish faster than people.
        Map.entry("parley.ratelimit.publish-per-second", "100000"),
        Map.entry("parley.ratelimit.rooms-per-minute", "100000"),
        Map.entry("parley.ratelimit.rooms-burst", "100000"),
        Map.entry("parley.ratelimit.publish-burst", "100000"),
        Map.entry("parley.ratelimit.commands-per-second", "100000"),
        Map.entry("parley.ratelimit.commands-burst", "100000"),
        Map.entry("parley.ratelimit.connects-burst", "100000"),
        Map.entry("parley.ratelimit.address-connects-burst", "100000"),
        Map.entry("parley.ratelimit.connections-per-user", "10000"),
        Map.entry("parley.ratelimit.polls-burst", "100000"),
        Map.entry("parley.ratelimit.typing-burst", "100000"),
        Map.entry("parley.ratelimit.presence-burst", "100000"),
        Map.entry("parley.ratelimit.strikes-burst", "100000"),
        // A test is whatever address it says in X-Forwarded-For.
        Map.entry("parley.security.trusted-proxies", "127.0.0.1"),
        // Nobody wants to wait for the patience of the real ones.
        Map.entry("parley.connection.auth-timeout", "PT5S"),
        Map.entry("parley.connection.expiry-grace", "PT2S"),
        // Tenants that may take little, each of one thing.
        Map.entry("parley.tenant.few.max-connections", "2"),
        Map.entry("parley.tenant.slow.messages-per-second", "1"),
        Map.entry("parley.tenant.small.stored-bytes", "2000"),
        Map.entry("parley.tenant.measure", "PT0.2S"),
        // A namespace for each thing that a namespace can be.
        Map.entry("parley.channels.live.subscribe", "tenant"),
        Map.entry("parley.channels.live.publish", "tenant"),
        Map.entry("parley.channels.live.durable", "false"),
        Map.entry("parley.channels.desk.grant-subscribe", "admin"),
        Map.entry("parley.channels.desk.grant-publish", "publisher"),
        Map.entry("parley.channels.whisper.subscribe", "tenant"),
        Map.entry("parley.channels.whisper.publish", "tenant"),
        Map.entry("parley.channels.whisper.deny-history", "*"),
        Map.entry("parley.channels.whisper.deny-presence", "*"),
        Map.entry("parley.channels.closed.lane", "normal"),
        Map.entry("parley.channels.vault.lane", "normal"),
        Map.entry("parley.channels.alarm.subscribe", "tenant"),
        Map.entry("parley.channels.alarm.publish", "tenant"),
        Map.entry("parley.channels.alarm.lane", "urgent"),
        Map.entry("parley.channels.hint.subscribe", "tenant"),
        Map.entry("parley.channels.hint.publish", "tenant"),
        Map.entry("parley.channels.hint.lane", "background"),
        Map.entry("parley.channels.quote.subscribe", "tenant"),
        Map.entry("parley.channels.quote.publish", "tenant"),
        Map.entry("parley.channels.quote.conflate-by", "/symbol"),
        Map.entry("parley.channels.last.subscribe", "tenant"),
        Map.entry("parley.channels.last.publish", "tenant"),
        Map.entry("parley.channels.last.conflate-by", "channel"));
  }
}
