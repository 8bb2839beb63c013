package dev.parley.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.parley.platform.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * The development mode: Parley is its own identity provider and gives anyone any token. It cannot
 * be on beside a production key. Any thread.
 */
@ApplicationScoped
public class DevMode {
  private static final System.Logger LOG = System.getLogger(DevMode.class.getName());

  @Inject SecuritySettings settings;
  @Inject Config config;
  @Inject Clock clock;
  @Inject Ids ids;

  private volatile @Nullable RSAKey key;

  /** Whether {@code parley.dev.enabled} is true. */
  public boolean isOn() {
    return settings.devEnabled;
  }

  /**
   * Says aloud that the mode is on. Called once when the application starts.
   *
   * @throws IllegalStateException when a production key is configured too: with both, whoever can
   *     reach the server could be anyone
   */
  public void refuseBesideProductionKeys() {
    if (!isOn()) {
      return;
    }
    refuseProductionKeys(config.getConfigSources());
    LOG.log(
        Level.WARNING,
        "Development mode: anyone may have any token from POST /api/v1/dev/token."
            + " Never set parley.dev.enabled=true where strangers can reach the server.");
  }

  static void refuseProductionKeys(Iterable<ConfigSource> sources) {
    for (ConfigSource source : sources) {
      refuse(source, JwtSettings.KEY);
      refuse(source, JwtSettings.LOCATION);
    }
  }

  private static void refuse(ConfigSource source, String property) {
    String value = source.getValue(property);
    if (value != null && !value.isBlank() && !source.getName().equals(JwtConfigSource.NAME)) {
      throw new IllegalStateException(
          "parley.dev.enabled is true, but "
              + property
              + " is configured too (in "
              + source.getName()
              + "). Remove one of the two: the development mode gives a token to anyone.");
    }
  }

  /** A token for this person that every door of this server accepts. */
  String token(DevPerson person, ChannelGrants grants, Instant expiresAt) {
    Instant now = clock.instant();
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer(config.getValue(JwtSettings.ISSUER, String.class))
            .subject(person.user())
            .claim("upn", person.user())
            .claim("name", person.name())
            .claim("groups", person.roles())
            .claim(settings.orgClaim, person.org() == null ? settings.defaultOrg : person.org())
            .issueTime(Date.from(now))
            .expirationTime(Date.from(expiresAt))
            .jwtID(ids.timeOrdered().toString());
    if (!grants.all().isEmpty()) {
      claims.claim(CallerFactory.CHANNELS, grants.claim());
    }
    List<String> audiences =
        SecuritySettings.list(
            config.getOptionalValue(JwtSettings.AUDIENCES, String.class).orElse(null));
    if (!audiences.isEmpty()) {
      claims.audience(audiences);
    }
    return sign(claims.build());
  }

  Instant expiry(Duration life) {
    return clock.instant().plus(life);
  }

  private String sign(JWTClaimsSet claims) {
    RSAKey pair = pair();
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.RS256)
            .type(JOSEObjectType.JWT)
            .keyID(pair.getKeyID())
            .build();
    SignedJWT token = new SignedJWT(header, claims);
    try {
      token.sign(new RSASSASigner(pair));
    } catch (JOSEException e) {
      throw new IllegalStateException("the development key cannot sign", e);
    }
    return token.serialize();
  }

  private RSAKey pair() {
    RSAKey found = key;
    if (found == null) {
      found = JwtConfigSource.pair();
      key = found;
    }
    return found;
  }
}
