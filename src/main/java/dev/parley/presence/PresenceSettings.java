package dev.parley.presence;

import dev.parley.platform.Settings;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;

/** The settings of presence and typing. */
@Dependent
public class PresenceSettings {
  private static final Duration NONE = Duration.ZERO;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /**
   * {@code parley.presence.grace}: how long somebody stays whose connection has ended. A page that
   * is reloaded is back within it, and so are the clients of a node that has died.
   */
  public final Duration grace;

  /**
   * {@code parley.presence.poll-grace}: the same after a poll. Polls are asked to come every 5 to
   * 11 s when nothing happens.
   */
  public final Duration pollGrace;

  /**
   * {@code parley.presence.away-after}: without a command for so long a person is away; zero for
   * never.
   */
  public final Duration awayAfter;

  /**
   * {@code parley.presence.sync}: how often this node writes whom it has and reads whom the others
   * have. Two short queries each time, and one more for each other node.
   */
  public final Duration sync;

  /**
   * {@code parley.presence.gather}: for how long the changes of a channel with very many watchers
   * gather, at most; it is a millisecond for each watcher.
   */
  public final Duration gather;

  /**
   * {@code parley.presence.max-members}: channels with more people are not told to new watchers. A
   * list of so many is half a megabyte.
   */
  public final int maxMembers;

  /** {@code parley.typing.debounce}: at most one signal of a person in a channel in this time. */
  public final Duration debounce;

  /** {@code parley.typing.timeout}: who says nothing more for so long is typing no more. */
  public final Duration timeout;

  @Inject
  PresenceSettings(Settings settings) {
    grace = settings.duration("parley.presence.grace", Duration.ofSeconds(5), NONE, MINUTE);
    pollGrace =
        settings.duration("parley.presence.poll-grace", Duration.ofSeconds(15), NONE, MINUTE);
    awayAfter = settings.duration("parley.presence.away-after", Duration.ofMinutes(5));
    sync =
        settings.duration(
            "parley.presence.sync", Duration.ofMillis(500), Duration.ofMillis(10), MINUTE);
    gather = settings.duration("parley.presence.gather", Duration.ofSeconds(1), NONE, MINUTE);
    maxMembers = settings.integer("parley.presence.max-members", 5_000, 1, 100_000);
    debounce = settings.duration("parley.typing.debounce", Duration.ofMillis(300), NONE, MINUTE);
    timeout =
        settings.duration(
            "parley.typing.timeout", Duration.ofSeconds(5), Duration.ofMillis(100), MINUTE);
  }
}
