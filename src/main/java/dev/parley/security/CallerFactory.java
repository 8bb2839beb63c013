package dev.parley.security;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * From verified claims to a {@link Caller}, and back for what Parley keeps itself (tickets, stream
 * cookies). Any thread.
 */
final class CallerFactory {
  /** For claims that {@link #claims} has written. */
  static final CallerFactory KEPT = new CallerFactory("org", "default");

  /** The claim of the {@link ChannelGrants}. */
  static final String CHANNELS = "channels";

  /** Longest display name, in characters: what the database column holds. */
  private static final int MAX_NAME = 255;

  private static final String LIMITS = "limits";

  private final String orgClaim;
  private final String defaultOrg;

  CallerFactory(String orgClaim, String defaultOrg) {
    this.orgClaim = orgClaim;
    this.defaultOrg = defaultOrg;
  }

  /**
   * The caller of these claims.
   *
   * @throws CommandRejected with {@code unauthorized} when one has the wrong form
   */
  Caller of(JWTClaimsSet claims) {
    Date expires = claims.getExpirationTime();
    if (expires == null) {
      throw refused("exp: is missing");
    }
    String sub = identifier(claims, "sub", null);
    Date issued = claims.getIssueTime();
    return new Caller(
        new UserId(sub),
        name(claims, sub),
        new OrgId(identifier(claims, orgClaim, defaultOrg)),
        roles(claims),
        expires.toInstant(),
        tokenId(claims),
        issued == null ? null : issued.toInstant(),
        limits(claims),
        ChannelGrants.of(claims.getClaim(CHANNELS)));
  }

  /** The claims from which {@link #KEPT} makes an equal caller. */
  static JWTClaimsSet.Builder claims(Caller caller) {
    Instant issued = caller.issuedAt();
    JWTClaimsSet.Builder claims =
        limits(caller.limits(), new JWTClaimsSet.Builder())
            .subject(caller.user().value())
            .claim("name", caller.name())
            .claim("org", caller.org().value())
            .claim("groups", List.copyOf(caller.roles()))
            .expirationTime(Date.from(caller.expiresAt()))
            .issueTime(issued == null ? null : Date.from(issued))
            .jwtID(caller.tokenId());
    return caller.grants().equals(ChannelGrants.NONE)
        ? claims
        : claims.claim(CHANNELS, caller.grants().claim());
  }

  /** The text of {@link #claims}, for a database column. */
  static String write(Caller caller) {
    return claims(caller).build().toString();
  }

  /** The caller of a text that {@link #write} has made. */
  static Caller read(String text) {
    try {
      return KEPT.of(JWTClaimsSet.parse(text));
    } catch (ParseException e) {
      throw new IllegalStateException("kept claims cannot be read", e);
    }
  }

  /** An id that ends up in channel names, database columns and logs: no control characters. */
  private static String identifier(JWTClaimsSet claims, String claim, @Nullable String absent) {
    String value = text(claims, claim);
    if (value == null) {
      value = absent;
    }
    if (value == null) {
      throw refused(claim + ": is missing");
    }
    if (value.isBlank()
        || value.length() > UserId.MAX_LENGTH
        || !value.equals(Printable.text(value))) {
      throw refused(claim + ": must have 1 to 255 printable characters");
    }
    return value;
  }

  private static String name(JWTClaimsSet claims, String absent) {
    for (String claim : List.of("name", "upn", "preferred_username")) {
      String value = text(claims, claim);
      if (value != null && !value.isBlank()) {
        return shortened(Printable.text(value));
      }
    }
    return absent;
  }

  private static Set<String> roles(JWTClaimsSet claims) {
    Object groups = claims.getClaim("groups");
    if (groups == null) {
      return Set.of();
    }
    if (!(groups instanceof List<?> list)) {
      throw refused("groups: must be an array of strings");
    }
    Set<String> roles = new LinkedHashSet<>();
    for (Object item : list) {
      if (!(item instanceof String role)) {
        throw refused("groups: must be an array of strings");
      }
      roles.add(role);
    }
    return roles;
  }

  private static Limits limits(JWTClaimsSet claims) {
    Object said = claims.getClaim(LIMITS);
    if (said == null) {
      return Limits.NONE;
    }
    if (!(said instanceof Map<?, ?> limits)) {
      throw refused("limits: must be an object");
    }
    return new Limits(
        limit(limits, "publish"),
        limit(limits, "commands"),
        limit(limits, "connections"),
        limit(limits, "channels"));
  }

  private static @Nullable Integer limit(Map<?, ?> limits, String name) {
    Object said = limits.get(name);
    if (said == null) {
      return null;
    }
    if (!(said instanceof Number number)
        || number.doubleValue() != number.intValue()
        || number.intValue() < 1) {
      throw refused("limits." + name + ": must be a whole number above zero");
    }
    return number.intValue();
  }

  private static JWTClaimsSet.Builder limits(Limits limits, JWTClaimsSet.Builder claims) {
    Map<String, Object> said = new TreeMap<>();
    say(said, "publish", limits.publish());
    say(said, "commands", limits.commands());
    say(said, "connections", limits.connections());
    say(said, "channels", limits.channels());
    return said.isEmpty() ? claims : claims.claim(LIMITS, said);
  }

  private static void say(Map<String, Object> said, String name, @Nullable Integer limit) {
    if (limit != null) {
      said.put(name, limit);
    }
  }

  private static String tokenId(JWTClaimsSet claims) {
    String id = claims.getJWTID();
    return id == null ? "" : id;
  }

  private static @Nullable String text(JWTClaimsSet claims, String claim) {
    Object value = claims.getClaim(claim);
    if (value == null) {
      return null;
    }
    if (value instanceof String text) {
      return text;
    }
    throw refused(claim + ": must be a string");
  }

  private static String shortened(String name) {
    if (name.length() <= MAX_NAME) {
      return name;
    }
    int end = Character.isHighSurrogate(name.charAt(MAX_NAME - 1)) ? MAX_NAME - 1 : MAX_NAME;
    return name.substring(0, end);
  }

  private static CommandRejected refused(String text) {
    return new CommandRejected(ErrorCode.UNAUTHORIZED, "token: " + text);
  }

  /** Whether the caller's token has ended. */
  static boolean isExpired(Caller caller, Instant now) {
    return !now.isBefore(caller.expiresAt());
  }
}
