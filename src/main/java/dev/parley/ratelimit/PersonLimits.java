package dev.parley.ratelimit;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import dev.parley.security.Caller;
import dev.parley.security.ClientAddress;
import io.github.bucket4j.TimeMeter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/**
 * How often a person connects, polls, types and asks who is there, and how often an address
 * connects; on one node. Each takes one from an allowance. Any thread; never blocks.
 */
@ApplicationScoped
public class PersonLimits {
  @Inject RateLimitSettings rates;
  @Inject Refusals refusals;

  TimeMeter time = TimeMeter.SYSTEM_NANOTIME;

  private record Person(OrgId org, UserId user) {
    static Person of(Caller caller) {
      return new Person(caller.org(), caller.user());
    }
  }

  private final Buckets<ClientAddress> addresses = buckets();
  private final Buckets<Person> connects = buckets();
  private final Buckets<Person> polls = buckets();
  private final Buckets<Person> typing = buckets();
  private final Buckets<Person> presence = buckets();

  private <K> Buckets<K> buckets() {
    return new Buckets<>(new LateTime(() -> time));
  }

  /**
   * Somebody connects from there.
   *
   * @throws CommandRejected with {@code rate_limited} and the time until it is allowed again
   */
  public void connect(ClientAddress address) {
    take(
        addresses.take(address, rates.addressConnects),
        "address_connects",
        Refused.address(address),
        "connecting too often");
  }

  /** The caller connects; throws the same. */
  public void connect(Caller caller) {
    take(
        connects.take(Person.of(caller), rates.connects),
        "connects",
        Refused.caller(caller),
        "connecting too often");
  }

  /** The caller polls; throws the same. */
  public void poll(Caller caller) {
    take(
        polls.take(Person.of(caller), rates.polls),
        "polls",
        Refused.caller(caller),
        "polling too often");
  }

  /** The caller says that they type; throws the same. */
  public void typing(Caller caller) {
    take(
        typing.take(Person.of(caller), rates.typing),
        "typing",
        Refused.caller(caller),
        "typing too often");
  }

  /** The caller asks who is there, or says how they are; throws the same. */
  public void presence(Caller caller) {
    take(
        presence.take(Person.of(caller), rates.presence),
        "presence",
        Refused.caller(caller),
        "asking too often");
  }

  private void take(long wait, String limit, Refused who, String text) {
    if (wait > 0) {
      throw refusals.tooOften(limit, who, text, wait);
    }
  }
}
