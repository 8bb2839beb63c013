package dev.parley.security;

import dev.parley.protocol.Operation;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Callers for tests, as if their tokens had been verified. */
public final class Callers {
  /** The tenant of all who are not named with another. */
  public static final OrgId ACME = new OrgId("acme");

  private Callers() {}

  /** Somebody of the tenant {@link #ACME}. */
  public static Caller of(String user, String... roles) {
    return of(ACME, user, roles);
  }

  /** Somebody of this tenant. */
  public static Caller of(OrgId org, String user, String... roles) {
    return new Caller(
        new UserId(user), "The " + user, org, Set.of(roles), Instant.MAX, "token of " + user);
  }

  /** Somebody of the tenant {@link #ACME} whose token allows this besides. */
  public static Caller granted(
      String user, String pattern, Set<Operation> operations, String... roles) {
    return new Caller(
        new UserId(user),
        "The " + user,
        ACME,
        Set.of(roles),
        Instant.MAX,
        "token of " + user,
        null,
        Limits.NONE,
        new ChannelGrants(List.of(new ChannelGrants.Grant(pattern, operations))));
  }
}
