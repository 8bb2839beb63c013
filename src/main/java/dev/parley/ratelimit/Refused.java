package dev.parley.ratelimit;

import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import dev.parley.security.AuditEvent;
import dev.parley.security.AuditEvent.Kind;
import dev.parley.security.Caller;
import dev.parley.security.ClientAddress;
import org.jspecify.annotations.Nullable;

/**
 * Whom a limit has refused, as far as it is known.
 *
 * @param org the tenant; empty when it is an address
 * @param user the user; empty when it is a whole tenant or an address
 * @param address from where; empty when it does not matter
 */
public record Refused(String org, String user, String address) {
  /** This user. */
  public static Refused user(OrgId org, UserId user) {
    return new Refused(org.value(), user.value(), "");
  }

  /** This caller. */
  public static Refused caller(Caller caller) {
    return user(caller.org(), caller.user());
  }

  /** Whoever comes from there. */
  static Refused address(ClientAddress address) {
    return new Refused("", "", address.value());
  }

  /** This tenant. */
  static Refused tenant(OrgId org) {
    return new Refused(org.value(), "", "");
  }

  /** Who has this connection, from there; nobody knows yet who it is when there is no caller. */
  public static Refused connection(@Nullable Caller caller, ClientAddress address) {
    return caller == null
        ? address(address)
        : new Refused(caller.org().value(), caller.user().value(), address.value());
  }

  AuditEvent event(String limit) {
    return new AuditEvent(Kind.LIMIT, org, user, "", address, "", limit);
  }
}
