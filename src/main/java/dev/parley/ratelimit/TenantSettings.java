package dev.parley.ratelimit;

import dev.parley.platform.Settings;
import dev.parley.protocol.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one tenant may take of an installation that many share ({@code parley.tenant.*}); a tenant
 * may have values of its own ({@code parley.tenant.<tenant>.*}). Fixed for the life of the
 * deployment. Any thread.
 */
@ApplicationScoped
public class TenantSettings {
  private static final Pattern PROPERTY =
      Pattern.compile(
          "parley\\.tenant\\.(.+)\\."
              + "(?:weight|max-connections|messages-per-second|stored-bytes)");

  /** Environment variables know no case: the tenant is its lower-case form. */
  private static final Pattern VARIABLE =
      Pattern.compile(
          "PARLEY_TENANT_([A-Z0-9]+)_"
              + "(?:WEIGHT|MAX_CONNECTIONS|MESSAGES_PER_SECOND|STORED_BYTES)");

  private static final int MAX_WEIGHT = 100;
  private static final Duration SHORTEST_MEASURE = Duration.ofMillis(100);

  private Quota all = Quota.NONE;
  private Map<String, Quota> own = Map.of();
  private int labels;
  private Duration measureEvery = Duration.ZERO;

  /**
   * One tenant's part.
   *
   * @param weight its share of the dispatchers when several have something to deliver
   * @param maxConnections connections, of all nodes; 0 for any number
   * @param messagesPerSecond messages that are published, on all nodes; 0 for any number
   * @param storedBytes bytes of what its channels keep; 0 for any number
   */
  public record Quota(int weight, int maxConnections, int messagesPerSecond, long storedBytes) {
    /** No limit. */
    public static final Quota NONE = new Quota(1, 0, 0, 0);
  }

  /** For the container. */
  protected TenantSettings() {}

  @Inject
  public TenantSettings(Settings settings) {
    all =
        new Quota(
            settings.integer("parley.tenant.weight", 1, 1, MAX_WEIGHT),
            settings.integer("parley.tenant.max-connections", 0, 0, Integer.MAX_VALUE),
            settings.integer("parley.tenant.messages-per-second", 0, 0, 1_000_000),
            settings.size("parley.tenant.stored-bytes", 0));
    labels = settings.integer("parley.tenant.metric-labels", 20, 0, 1_000);
    measureEvery =
        settings.duration(
            "parley.tenant.measure", Duration.ofMinutes(5), SHORTEST_MEASURE, Duration.ofDays(1));
    Map<String, Quota> named = new TreeMap<>();
    for (String tenant : declared(settings)) {
      named.put(tenant, quota(settings, tenant));
    }
    own = named;
  }

  private static Set<String> declared(Settings settings) {
    Set<String> tenants = new TreeSet<>();
    for (String property : settings.names()) {
      Matcher dotted = PROPERTY.matcher(property);
      if (dotted.matches()) {
        tenants.add(dotted.group(1));
      }
      Matcher variable = VARIABLE.matcher(property);
      if (variable.matches()) {
        tenants.add(variable.group(1).toLowerCase(Locale.ROOT));
      }
    }
    return tenants;
  }

  private Quota quota(Settings settings, String tenant) {
    String prefix = "parley.tenant." + tenant + ".";
    return new Quota(
        settings.integer(prefix + "weight", all.weight, 1, MAX_WEIGHT),
        settings.integer(prefix + "max-connections", all.maxConnections, 0, Integer.MAX_VALUE),
        settings.integer(prefix + "messages-per-second", all.messagesPerSecond, 0, 1_000_000),
        settings.size(prefix + "stored-bytes", all.storedBytes));
  }

  /** The part of this tenant. */
  public Quota of(OrgId org) {
    return own.getOrDefault(org.value(), all);
  }

  /** How often is measured what a tenant stores that may not store without end. */
  public Duration measureEvery() {
    return measureEvery;
  }

  /** The tenants that have values of their own. */
  Set<String> named() {
    return own.keySet();
  }

  /** How many tenants have series of their own in the metrics. */
  int labels() {
    return labels;
  }
}
