package dev.parley.security;

import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that must be known later: fired as a CDI event by whoever does or refuses it, written
 * down by the audit trail. Firing never blocks and never fails the caller's work; any thread,
 * inside a transaction or not. What is fired is written even when a transaction around it rolls
 * back, so fire what has happened, not what is about to.
 *
 * <p>No token, ticket, cookie, key or payload belongs in here: {@code detail} says in a few words
 * of Parley's own what happened, such as an error code.
 *
 * @param org the tenant in which it happened; empty when nobody knows, as of a refused credential
 * @param actor who did it or tried to; empty when nobody knows
 * @param subject to whom or what it was done, when that is not the actor; else empty
 * @param address from where, as an IP address; else empty
 * @param channel the channel that it is about; else empty
 * @param detail more, in at most {@value #MAX_TEXT} characters
 */
public record AuditEvent(
    Kind kind,
    String org,
    String actor,
    String subject,
    String address,
    String channel,
    String detail) {

  /** Longest text of a field; what is longer is cut. */
  public static final int MAX_TEXT = 255;

  /** What happened. The trail stores the name; names are never used again for something else. */
  public enum Kind {
    /** Somebody has connected. */
    CONNECT,
    /** A credential, an origin or an address was refused. */
    REFUSAL,
    /** A subscription was refused. */
    SUBSCRIPTION_REFUSED,
    /** Somebody goes on although a limit refuses them; told once a minute. */
    LIMIT,
    /** A token, a user or an address lost access, or got it back. */
    REVOCATION,
    /** An administrator has done something else. */
    ADMIN,
    /** A person's data was erased. */
    ERASURE,
    /** Entries could not be written; the detail says how many of which kind. */
    LOST;

    /** As the trail and the HTTP API have it. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public AuditEvent {
    org = fit(org);
    actor = fit(actor);
    subject = fit(subject);
    address = fit(address);
    channel = fit(channel);
    detail = fit(detail);
  }

  /** Of something that this caller did or wanted. */
  public static AuditEvent by(Kind kind, Caller caller, String detail) {
    return new AuditEvent(kind, caller.org().value(), caller.user().value(), "", "", "", detail);
  }

  /** Of something about which nothing is known but this. */
  public static AuditEvent unknown(Kind kind, String detail) {
    return new AuditEvent(kind, "", "", "", "", "", detail);
  }

  /** The same, done to this user. */
  public AuditEvent to(@Nullable UserId user) {
    return to(user == null ? "" : user.value());
  }

  /** The same, done to somebody of whom an application has said this. */
  AuditEvent to(String whom) {
    return new AuditEvent(kind, org, actor, whom, address, channel, detail);
  }

  /** The same, in this tenant. */
  public AuditEvent in(OrgId tenant) {
    return new AuditEvent(kind, tenant.value(), actor, subject, address, channel, detail);
  }

  /** The same, from this address. */
  public AuditEvent from(String ipAddress) {
    return new AuditEvent(kind, org, actor, subject, ipAddress, channel, detail);
  }

  /** The same, about this channel. */
  public AuditEvent about(String name) {
    return new AuditEvent(kind, org, actor, subject, address, name, detail);
  }

  private static String fit(String text) {
    String clean = Printable.text(text);
    if (clean.length() <= MAX_TEXT) {
      return clean;
    }
    int end = Character.isHighSurrogate(clean.charAt(MAX_TEXT - 1)) ? MAX_TEXT - 1 : MAX_TEXT;
    return clean.substring(0, end);
  }
}
