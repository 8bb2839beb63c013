package dev.parley.security;

import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that is taken back before its time. Fire it as a CDI event, inside a transaction or
 * outside of one: it is stored in that transaction, and within two seconds of the commit it holds
 * on every node. Who is connected by what no longer counts is closed with 4004.
 *
 * <p>Blocks and revoked tokens count until an instant. One that lies in the past lifts them.
 *
 * @param kind what is taken back
 * @param org in which tenant; null for an address, which belongs to none
 * @param subject the user's id, the token's {@code jti}, or the address
 * @param issuedBefore of {@link Kind#TOKENS}: tokens of this instant and older ones do not count
 * @param until when it is forgotten; null for as long as the configuration says
 */
public record Revocation(
    Kind kind,
    @Nullable OrgId org,
    String subject,
    @Nullable Instant issuedBefore,
    @Nullable Instant until) {
  /** What can be taken back. */
  public enum Kind {
    /** The connections that a user has now. They may connect again. */
    DISCONNECT,
    /** One token. */
    TOKEN,
    /** All tokens of a user that were issued before an instant; one that does not say when, too. */
    TOKENS,
    /** Everything of a user. */
    USER,
    /** Everything that comes from an address. */
    ADDRESS
  }

  /** Longest subject, in characters: what the database column holds. */
  static final int MAX_SUBJECT = 255;

  /** Ends the connections that a user has now, on every node. */
  public static Revocation disconnect(OrgId org, UserId user) {
    return new Revocation(Kind.DISCONNECT, org, user.value(), null, null);
  }

  /**
   * Takes back one token.
   *
   * @param until the end of the token; null when it is not known
   */
  public static Revocation token(OrgId org, String tokenId, @Nullable Instant until) {
    return new Revocation(Kind.TOKEN, org, tokenId, null, until);
  }

  /**
   * Takes back all tokens of a user that were issued at this instant or before: after a logout
   * everywhere, a changed password, a lost device. Tokens say the second in which they were issued,
   * so those of the same second are taken back too.
   */
  public static Revocation tokens(OrgId org, UserId user, Instant issuedBefore) {
    return new Revocation(Kind.TOKENS, org, user.value(), issuedBefore, null);
  }

  /** Keeps a user out until an instant. */
  public static Revocation blockUser(OrgId org, UserId user, Instant until) {
    return new Revocation(Kind.USER, org, user.value(), null, until);
  }

  /** Keeps an address out until an instant, whoever calls from there. */
  public static Revocation blockAddress(ClientAddress address, Instant until) {
    return new Revocation(Kind.ADDRESS, null, address.value(), null, until);
  }

  RevocationKey key() {
    return new RevocationKey(
        kind, org == null ? "" : org.value(), kind == Kind.TOKEN ? tokenKey(subject) : subject);
  }

  /** A token's id as it is kept: of one length, whatever the identity provider writes. */
  static String tokenKey(String tokenId) {
    return Ticket.hash(tokenId);
  }
}
