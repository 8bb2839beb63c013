package dev.parley.ratelimit;

import dev.parley.platform.Settings;
import dev.parley.security.Caller;
import dev.parley.security.Limits;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How often somebody may do something ({@code parley.ratelimit.*}). A token may say otherwise in
 * its claim {@code limits}, up to the maxima that are set here.
 */
@Dependent
public class RateLimitSettings {
  private static final int MOST = 1_000_000;

  /** 10 a second is more than a person types; 20 at once lets an offline queue drain. */
  private final Rate publish;

  /** A business application publishes for many. */
  private final Rate publisher;

  private final int tokenPublish;

  /** A connection that opens joins 128 channels, and each page sends some more commands. */
  private final Rate commands;

  private final Rate publisherCommands;
  private final int tokenCommands;

  /** Refusals of one connection after which it does not want to know. */
  final Rate strikes;

  /**
   * {@code connects-…}: a person's tabs and devices, all of them, after a restart of the server.
   */
  final Rate connects;

  /** {@code address-connects-…}: an office behind one address comes back after a restart. */
  final Rate addressConnects;

  /** {@code polls-…}: short polls of several tabs. */
  final Rate polls;

  /** {@code connections-per-user}: tabs and devices, with room; on one node. */
  private final int connections;

  private final int tokenConnections;

  /** {@code typing-…}: clients say it every few seconds. */
  final Rate typing;

  /** {@code presence-…}: questions for who is there, and statements of one's own status. */
  final Rate presence;

  /** {@code share-interval}: how often nodes tell each other what was spent. */
  final Duration shareInterval;

  @Inject
  public RateLimitSettings(Settings settings) {
    publish =
        Rate.perSecond(
            number(settings, "parley.ratelimit.publish-per-second", 10),
            number(settings, "parley.ratelimit.publish-burst", 20));
    publisher =
        Rate.perSecond(
            number(settings, "parley.ratelimit.publisher-per-second", 1000),
            number(settings, "parley.ratelimit.publisher-burst", 2000));
    tokenPublish = number(settings, "parley.ratelimit.token-publish", 100);
    commands =
        Rate.perSecond(
            number(settings, "parley.ratelimit.commands-per-second", 100),
            number(settings, "parley.ratelimit.commands-burst", 500));
    publisherCommands =
        Rate.perSecond(
            number(settings, "parley.ratelimit.publisher-commands-per-second", 2000),
            number(settings, "parley.ratelimit.publisher-commands-burst", 4000));
    tokenCommands = number(settings, "parley.ratelimit.token-commands", 1000);
    strikes =
        Rate.perSecond(
            number(settings, "parley.ratelimit.strikes-per-second", 1),
            number(settings, "parley.ratelimit.strikes-burst", 200));
    connects =
        Rate.perMinute(
            number(settings, "parley.ratelimit.connects-per-minute", 120),
            number(settings, "parley.ratelimit.connects-burst", 60));
    addressConnects =
        Rate.perMinute(
            number(settings, "parley.ratelimit.address-connects-per-minute", 12_000),
            number(settings, "parley.ratelimit.address-connects-burst", 2000));
    polls =
        Rate.perSecond(
            number(settings, "parley.ratelimit.polls-per-second", 20),
            number(settings, "parley.ratelimit.polls-burst", 60));
    connections = number(settings, "parley.ratelimit.connections-per-user", 100);
    tokenConnections = number(settings, "parley.ratelimit.token-connections", 1000);
    typing =
        Rate.perSecond(
            number(settings, "parley.ratelimit.typing-per-second", 5),
            number(settings, "parley.ratelimit.typing-burst", 20));
    presence =
        Rate.perSecond(
            number(settings, "parley.ratelimit.presence-per-second", 10),
            number(settings, "parley.ratelimit.presence-burst", 50));
    shareInterval =
        settings.duration(
            "parley.ratelimit.share-interval",
            Duration.ofMillis(50),
            Duration.ofMillis(10),
            Duration.ofMinutes(1));
  }

  private static int number(Settings settings, String key, int absent) {
    return settings.integer(key, absent, 1, MOST);
  }

  Rate publish(boolean isApplication) {
    return isApplication ? publisher : publish;
  }

  /** Messages of this caller. */
  Rate publish(Caller caller) {
    Integer said = caller.limits().publish();
    return said == null
        ? publish(caller.has(Caller.PUBLISHER))
        : said(said, Math.max(tokenPublish, publish(caller.has(Caller.PUBLISHER)).tokens()));
  }

  /** Commands of one connection of this caller, or of nobody yet. */
  Rate commands(@Nullable Caller caller) {
    Rate usual = caller != null && caller.has(Caller.PUBLISHER) ? publisherCommands : commands;
    Integer said = caller == null ? null : caller.limits().commands();
    return said == null ? usual : said(said, Math.max(tokenCommands, usual.tokens()));
  }

  /** A rate that a token says has a burst of two seconds. */
  private static Rate said(int perSecond, long max) {
    long tokens = Math.min(perSecond, max);
    return Rate.perSecond(tokens, 2 * tokens);
  }

  /** Connections of this caller on one node. */
  public int connections(Caller caller) {
    return Limits.of(
        caller.limits().connections(), connections, Math.max(connections, tokenConnections));
  }
}
