package dev.parley.security;

import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import dev.parley.protocol.UserRef;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is calling, as a verified token says. Everything a caller does happens inside its {@code
 * org}.
 *
 * @param name what people see; the user id when the token has no name
 * @param expiresAt the end of the token
 * @param tokenId the token's {@code jti}; empty when it has none
 * @param issuedAt the token's {@code iat}; null when it has none
 * @param limits what the token says about how often and how many
 * @param grants what the token allows in channels besides
 */
public record Caller(
    UserId user,
    String name,
    OrgId org,
    Set<String> roles,
    Instant expiresAt,
    String tokenId,
    @Nullable Instant issuedAt,
    Limits limits,
    ChannelGrants grants) {
  /** A business application that publishes to users, topics and tables. */
  public static final String PUBLISHER = "publisher";

  /** The operator. */
  public static final String ADMIN = "admin";

  public Caller {
    roles = Set.copyOf(roles);
  }

  /** A caller of whose token nothing else is known, or who has none. */
  public Caller(
      UserId user, String name, OrgId org, Set<String> roles, Instant expiresAt, String tokenId) {
    this(user, name, org, roles, expiresAt, tokenId, null, Limits.NONE, ChannelGrants.NONE);
  }

  public boolean has(String role) {
    return roles.contains(role);
  }

  /** How this caller appears in pushes. */
  public UserRef ref() {
    return new UserRef(user.value(), name);
  }

  /** Whether both may do the same as far as their tokens say. */
  public boolean maySameAs(Caller other) {
    return roles.equals(other.roles) && grants.equals(other.grants);
  }

  /** Whether a token of {@code other} may take the place of this one on a connection. */
  public boolean isSamePerson(Caller other) {
    return user.equals(other.user) && org.equals(other.org);
  }
}
