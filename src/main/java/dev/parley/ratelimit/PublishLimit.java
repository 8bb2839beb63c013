package dev.parley.ratelimit;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import dev.parley.security.Caller;
import io.github.bucket4j.TimeMeter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/**
 * How many messages a user may publish: a token bucket for each user, and a larger one for business
 * applications, which publish for many. The bucket is this node's; what is taken from it is told to
 * the others, and whoever has overdrawn what all nodes together allow is refused here too until
 * that is made up for. Any thread; never blocks.
 */
@ApplicationScoped
public class PublishLimit {
  @Inject RateLimitSettings rates;
  @Inject Refusals refusals;
  @Inject SharedAllowance shared;

  /** Not the wall clock, which may be set back. */
  TimeMeter time = TimeMeter.SYSTEM_NANOTIME;

  private final Buckets<Publisher> buckets = new Buckets<>(new LateTime(() -> time));

  private record Publisher(OrgId org, UserId user, boolean isApplication) {}

  /**
   * Takes one message from a caller's allowance.
   *
   * @throws CommandRejected with {@code rate_limited} and the time until there is one again
   */
  public void take(Caller caller) {
    boolean isApplication = caller.has(Caller.PUBLISHER);
    take(new Publisher(caller.org(), caller.user(), isApplication), rates.publish(caller), 1);
  }

  /**
   * Takes one message from a user's allowance.
   *
   * @param isApplication whether the user is a business application
   * @throws CommandRejected with {@code rate_limited} and the time until there is one again
   */
  public void take(OrgId org, UserId user, boolean isApplication) {
    take(org, user, isApplication, 1);
  }

  /**
   * Takes many messages, or none; as many as the allowance ever holds count for all that are more.
   *
   * @param messages at least 1
   * @throws CommandRejected with {@code rate_limited} and the time until there are so many again
   */
  public void take(OrgId org, UserId user, boolean isApplication, int messages) {
    take(new Publisher(org, user, isApplication), rates.publish(isApplication), messages);
  }

  private void take(Publisher publisher, Rate rate, int messages) {
    String key = key(publisher);
    // Otherwise a list that is longer than the allowance would never be accepted.
    long tokens = Math.min(messages, rate.burst());
    long wait = shared.overdrawn(key);
    if (wait == 0) {
      wait = buckets.take(publisher, rate, tokens);
    }
    if (wait > 0) {
      throw refusals.tooOften(
          "publish", Refused.user(publisher.org, publisher.user), "publishing too fast", wait);
    }
    shared.spent(key, rate, tokens);
  }

  private String key(Publisher publisher) {
    if (!shared.isOn()) {
      return "";
    }
    return (publisher.isApplication ? "publisher/" : "publish/")
        + publisher.org.asChannelPart()
        + "/"
        + publisher.user.asChannelPart();
  }
}
