package dev.parley.channel;

import java.time.Duration;
import java.util.Locale;

/**
 * The options of all channels whose name begins with {@code name:}.
 *
 * @param subscribe who may receive and read history
 * @param publish who may publish
 * @param serverSubscribed whether every connection is subscribed by the server to its own channel
 *     of this namespace (needs {@link Access#OWNER} or {@link Access#ORG})
 * @param retentionCount how many messages a channel keeps; 0 for all
 * @param retentionAge how long a message is kept; zero for ever
 * @param lane before or behind which other channels of a connection its messages leave
 * @param conflateBy which of the messages that wait for a slow connection a newer one replaces
 * @param durable whether messages are stored; if not, they reach who is connected and nobody else
 * @param presence whether it is known who reads a channel
 * @param typing whether readers are told who is writing
 * @param roles to which roles something is granted or denied besides
 */
public record Namespace(
    String name,
    Access subscribe,
    Access publish,
    boolean serverSubscribed,
    long retentionCount,
    Duration retentionAge,
    Lane lane,
    ConflateBy conflateBy,
    boolean durable,
    boolean presence,
    boolean typing,
    RoleRules roles) {
  public Namespace {
    if (!name.matches("[A-Za-z0-9_.@~-]{1,64}")) {
      throw new IllegalArgumentException(
          "parley.channels: '" + name + "' cannot be the name of a namespace");
    }
    if (serverSubscribed && subscribe != Access.OWNER && subscribe != Access.ORG) {
      throw new IllegalArgumentException(
          "parley.channels."
              + name
              + ".server-subscribed needs subscribe=owner or subscribe=org, because it must name"
              + " one channel for each caller");
    }
    requireOwnNamespace(name, Access.MEMBERS, subscribe, publish, Room.NAMESPACE);
    requireOwnNamespace(name, Access.PAIR, subscribe, publish, DirectPair.NAMESPACE);
    if (presence && (subscribe == Access.PAIR || publish == Access.PAIR)) {
      throw new IllegalArgumentException(
          "parley.channels."
              + name
              + ".presence must be false, because each of the two knows the channel by another name");
    }
    if (lane == Lane.CONTROL) {
      throw new IllegalArgumentException(
          "parley.channels." + name + ".lane must be urgent, normal or background");
    }
    if (retentionCount < 0) {
      throw new IllegalArgumentException(
          "parley.channels." + name + ".retention-count must not be negative");
    }
  }

  /** One without rules for roles. */
  public Namespace(
      String name,
      Access subscribe,
      Access publish,
      boolean serverSubscribed,
      long retentionCount,
      Duration retentionAge,
      Lane lane,
      ConflateBy conflateBy,
      boolean durable,
      boolean presence,
      boolean typing) {
    this(
        name,
        subscribe,
        publish,
        serverSubscribed,
        retentionCount,
        retentionAge,
        lane,
        conflateBy,
        durable,
        presence,
        typing,
        RoleRules.NONE);
  }

  /** Which setting of this namespace an option is. */
  String setting(String option) {
    return "parley.channels." + name + "." + option;
  }

  /** What these mean is known of one namespace only. */
  private static void requireOwnNamespace(
      String name, Access access, Access subscribe, Access publish, String own) {
    if ((subscribe == access || publish == access) && !name.equals(own)) {
      throw new IllegalArgumentException(
          "parley.channels."
              + name
              + ": "
              + access.name().toLowerCase(Locale.ROOT)
              + " is for the namespace "
              + own
              + " only");
    }
  }
}
