package dev.parley.ratelimit;

import dev.parley.platform.Settings;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import io.github.bucket4j.TimeMeter;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/**
 * How many rooms a user may bring into being by using them: reading takes nothing from the
 * allowance for messages, and each such room stays for good. Any thread; never blocks.
 */
@ApplicationScoped
public class RoomLimit {
  @Inject Settings settings;
  @Inject Refusals refusals;

  /** Not the wall clock, which may be set back. */
  TimeMeter time = TimeMeter.SYSTEM_NANOTIME;

  private Rate rate = Rate.perMinute(60, 128);
  private final Buckets<Creator> buckets = new Buckets<>(new LateTime(() -> time));

  private record Creator(OrgId org, UserId user) {}

  @PostConstruct
  void read() {
    // A connection has 128 channels, which may all be new; one a second is more than a person
    // opens.
    rate =
        Rate.perMinute(
            settings.integer("parley.ratelimit.rooms-per-minute", 60, 1, 1_000_000),
            settings.integer("parley.ratelimit.rooms-burst", 128, 1, 1_000_000));
  }

  /**
   * Takes one room from a user's allowance.
   *
   * @throws CommandRejected with {@code rate_limited} and the time until there is one again
   */
  public void take(OrgId org, UserId user) {
    long wait = buckets.take(new Creator(org, user), rate);
    if (wait > 0) {
      throw refusals.tooOften("rooms", Refused.user(org, user), "opening new rooms too fast", wait);
    }
  }
}
