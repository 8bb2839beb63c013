package dev.parley.security;

import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the claims of a token must be: the issuer, one of the audiences, {@code sub}, {@code exp} in
 * the future, {@code nbf} and {@code iat} not, and not older than the configured age (MicroProfile
 * JWT, section 6.1; RFC 7519, section 4.1).
 */
final class TokenRules extends DefaultJWTClaimsVerifier<SecurityContext> {
  /**
   * How far {@code iat} may lie ahead beyond the configured skew. It decides nothing, so clocks
   * that differ a little must not lock anyone out; a token from the far future is a forgery or a
   * fault.
   */
  private static final Duration IAT_AHEAD = Duration.ofMinutes(1);

  private final Clock clock;
  private final Duration skew;
  private final Duration maxAge;

  TokenRules(JwtSettings settings, Clock clock) {
    super(
        settings.audiences().isEmpty() ? null : new HashSet<>(settings.audiences()),
        new JWTClaimsSet.Builder().issuer(settings.issuer()).build(),
        Set.of("sub", "exp"),
        null);
    this.clock = clock;
    this.skew = Duration.ofSeconds(settings.skewSeconds());
    this.maxAge = Duration.ofSeconds(settings.maxAgeSeconds());
    setMaxClockSkew(settings.skewSeconds());
  }

  @Override
  public void verify(JWTClaimsSet claims, @Nullable SecurityContext context)
      throws BadJWTException {
    super.verify(claims, context);
    Instant now = clock.instant();
    Date issued = claims.getIssueTime();
    if (issued != null && issued.toInstant().isAfter(now.plus(skew).plus(IAT_AHEAD))) {
      throw new BadJWTException("iat is in the future");
    }
    if (!maxAge.isZero()) {
      if (issued == null) {
        throw new BadJWTException("iat is missing");
      }
      if (issued.toInstant().plus(maxAge).plus(skew).isBefore(now)) {
        throw new ExpiredJWTException("older than the configured age");
      }
    }
  }

  @Override
  protected Date currentTime() {
    return Date.from(clock.instant());
  }
}
