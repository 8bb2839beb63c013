package dev.parley.channel;

import dev.parley.platform.Settings;
import dev.parley.platform.StartFailure;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.Operation;
import dev.parley.security.Caller;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The namespaces that the configuration declares ({@code parley.channels.<namespace>.*}), fixed for
 * the life of the deployment. An operator adds one by naming any of its options, as a property or
 * as an environment variable. Any thread.
 */
@ApplicationScoped
public class Namespaces {
  private static final Pattern PROPERTY = Pattern.compile("parley\\.channels\\.([^.]+)\\.[a-z-]+");

  /** Environment variables know no case: the namespace is its lower-case form. */
  private static final Pattern VARIABLE =
      Pattern.compile(
          "PARLEY_CHANNELS_([A-Z0-9]+)_"
              + "(?:SUBSCRIBE|PUBLISH|SERVER_SUBSCRIBED|RETENTION_COUNT|RETENTION_AGE"
              + "|LANE|CONFLATE_BY|DURABLE|PRESENCE|TYPING|RECEIPTS"
              + "|(?:GRANT|DENY)_(?:SUBSCRIBE|HISTORY|PRESENCE|PUBLISH))");

  @Inject Settings settings;

  private final Map<String, Namespace> byName = new TreeMap<>();

  @PostConstruct
  void read() {
    for (String name : declared()) {
      byName.put(name, namespace(name));
    }
  }

  /**
   * The options for a channel.
   *
   * @throws CommandRejected with {@code not_found} when nobody has declared its namespace
   */
  public Namespace of(ChannelName channel) {
    Namespace namespace = byName.get(channel.namespace());
    if (namespace == null) {
      throw CommandRejected.notFound("channel: namespace is unknown");
    }
    return namespace;
  }

  /** Whether a channel's namespace is declared. */
  boolean has(ChannelName channel) {
    return byName.containsKey(channel.namespace());
  }

  /** All of them. */
  public Collection<Namespace> all() {
    return byName.values();
  }

  /** The channels to which the server subscribes every connection of this caller. */
  public List<ChannelName> serverSubscribed(Caller caller) {
    List<ChannelName> channels = new ArrayList<>();
    for (Namespace namespace : byName.values()) {
      if (namespace.serverSubscribed()) {
        ownChannel(namespace, caller, channels);
      }
    }
    return channels;
  }

  private static void ownChannel(Namespace namespace, Caller caller, List<ChannelName> into) {
    String local =
        namespace.subscribe() == Access.ORG
            ? caller.org().asChannelPart()
            : caller.user().asChannelPart();
    String name = namespace.name() + ":" + local;
    if (ChannelName.isValid(name)) {
      into.add(new ChannelName(name));
    }
  }

  private Set<String> declared() {
    Set<String> names = new TreeSet<>();
    for (String property : settings.names()) {
      Matcher dotted = PROPERTY.matcher(property);
      if (dotted.matches()) {
        names.add(dotted.group(1));
      }
      Matcher variable = VARIABLE.matcher(property);
      if (variable.matches()) {
        names.add(variable.group(1).toLowerCase(Locale.ROOT));
      }
    }
    return names;
  }

  private Namespace namespace(String name) {
    String prefix = "parley.channels." + name + ".";
    return new Namespace(
        name,
        access(prefix + "subscribe"),
        access(prefix + "publish"),
        settings.flag(prefix + "server-subscribed", false),
        settings.integer(prefix + "retention-count", 0, 0, Integer.MAX_VALUE),
        settings.duration(prefix + "retention-age", Duration.ZERO),
        lane(prefix + "lane"),
        conflateBy(prefix + "conflate-by"),
        settings.flag(prefix + "durable", true),
        settings.flag(prefix + "presence", false),
        settings.flag(prefix + "typing", false),
        new RoleRules(
            Map.of(
                Operation.SUBSCRIBE, roles(prefix + "grant-subscribe"),
                Operation.HISTORY, roles(prefix + "grant-history"),
                Operation.PRESENCE, roles(prefix + "grant-presence"),
                Operation.PUBLISH, roles(prefix + "grant-publish")),
            Map.of(
                Operation.SUBSCRIBE, roles(prefix + "deny-subscribe"),
                Operation.HISTORY, roles(prefix + "deny-history"),
                Operation.PRESENCE, roles(prefix + "deny-presence"),
                Operation.PUBLISH, roles(prefix + "deny-publish"))));
  }

  private Set<String> roles(String key) {
    Set<String> roles = new TreeSet<>();
    for (String role : settings.text(key, "").split(",", -1)) {
      if (!role.isBlank()) {
        roles.add(role.trim());
      }
    }
    return roles;
  }

  private Lane lane(String key) {
    String value = settings.text(key, "normal");
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "urgent" -> Lane.URGENT;
      case "normal" -> Lane.NORMAL;
      case "background" -> Lane.BACKGROUND;
      default -> throw invalid(key + " must be urgent, normal or background", value);
    };
  }

  private ConflateBy conflateBy(String key) {
    String value = settings.text(key, "none");
    try {
      return ConflateBy.of(value);
    } catch (IllegalArgumentException e) {
      throw invalid(
          key + " must be none, channel, event or a JSON pointer into data such as /symbol", value);
    }
  }

  private static IllegalArgumentException invalid(String expected, String value) {
    return StartFailure.noted(new IllegalArgumentException(expected + ", but is '" + value + "'"));
  }

  /** Who is not named has no access: a namespace that says nothing is closed. */
  private Access access(String key) {
    String value = settings.text(key, "nobody");
    try {
      return Access.valueOf(value.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw invalid(key + " must be owner, org, tenant, members, pair, publisher or nobody", value);
    }
  }
}
