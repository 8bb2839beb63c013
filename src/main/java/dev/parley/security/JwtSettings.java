package dev.parley.security;

import com.nimbusds.jose.JWSAlgorithm;
import dev.parley.platform.Settings;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What makes a token valid, as MicroProfile JWT 2.1 configures it ({@code mp.jwt.verify.*}).
 *
 * @param algorithm the one signature algorithm that is accepted; it never comes from a token
 * @param key {@code publickey}: PEM, JWK or JWKS
 * @param location {@code publickey.location}: where to read the same from
 * @param issuer the {@code iss} that tokens must have
 * @param audiences one of them must be in {@code aud}; empty: any
 * @param skewSeconds by how much the clocks of issuer and server may differ
 * @param maxAgeSeconds oldest token, by its {@code iat}; 0: any
 */
record JwtSettings(
    JWSAlgorithm algorithm,
    @Nullable String key,
    @Nullable String location,
    @Nullable String issuer,
    Set<String> audiences,
    int skewSeconds,
    int maxAgeSeconds) {
  static final String KEY = "mp.jwt.verify.publickey";
  static final String LOCATION = "mp.jwt.verify.publickey.location";
  static final String ISSUER = "mp.jwt.verify.issuer";
  static final String AUDIENCES = "mp.jwt.verify.audiences";

  private static final String ALGORITHM = "mp.jwt.verify.publickey.algorithm";

  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512);

  private static final int YEAR = 31_536_000;

  JwtSettings {
    if (!ALGORITHMS.contains(algorithm)) {
      // HMAC would make the public key a secret that anyone may read (CWE-327).
      throw new IllegalArgumentException(
          ALGORITHM + " must be one of RS, PS or ES with 256, 384 or 512, but is " + algorithm);
    }
    if ((key != null || location != null) && issuer == null) {
      throw new IllegalArgumentException(
          ISSUER + " must be set: with a key alone, tokens for other purposes would be accepted");
    }
  }

  static JwtSettings of(Settings settings) {
    return new JwtSettings(
        JWSAlgorithm.parse(settings.text(ALGORITHM, "RS256")),
        settings.secret(KEY).map(JwtSettings::blankToNull).orElse(null),
        settings.optional(LOCATION).map(JwtSettings::blankToNull).orElse(null),
        settings.optional(ISSUER).map(JwtSettings::configuredIssuer).orElse(null),
        Set.copyOf(SecuritySettings.list(settings.optional(AUDIENCES).orElse(null))),
        // The specification's default. Issuers that are ahead need a configured skew.
        settings.integer("mp.jwt.verify.clock.skew", 0, 0, 3600),
        settings.integer("mp.jwt.verify.token.age", 0, 0, YEAR));
  }

  boolean hasKey() {
    return key != null || location != null;
  }

  private static @Nullable String configuredIssuer(String issuer) {
    return issuer.equals(JwtConfigSource.NO_ISSUER) ? null : blankToNull(issuer);
  }

  private static @Nullable String blankToNull(String text) {
    return text.isBlank() ? null : text.trim();
  }
}
