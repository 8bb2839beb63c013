package dev.parley.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Set;

/** Keys, claims and tokens for the tests of this package. */
final class SignedTokens {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  static final String ISSUER = "https://id.example";

  static final RSAKey RSA = rsa("rsa-1");
  static final RSAKey OTHER_RSA = rsa("rsa-2");
  static final RSAKey RSA_UNKNOWN = rsa("rsa-3");
  static final ECKey EC = ec(Curve.P_256);
  static final ECKey EC_384 = ec(Curve.P_384);

  private SignedTokens() {}

  static RSAKey rsa(String id) {
    try {
      return new RSAKeyGenerator(2048).keyID(id).generate();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  private static ECKey ec(Curve curve) {
    try {
      return new ECKeyGenerator(curve).generate();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  /** The claims of a good token. */
  static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .subject("u1")
        .audience("parley")
        .claim("name", "Ada")
        .claim("org", "acme")
        .claim("groups", List.of("publisher"))
        .issueTime(at(-10))
        .expirationTime(at(600))
        .jwtID("t1");
  }

  static Date at(long seconds) {
    return Date.from(NOW.plusSeconds(seconds));
  }

  static String signed(JWTClaimsSet.Builder claims) {
    return signed(RSA, JWSAlgorithm.RS256, claims);
  }

  static String signed(JWK key, JWSAlgorithm algorithm, JWTClaimsSet.Builder claims) {
    JWSHeader header =
        new JWSHeader.Builder(algorithm).type(JOSEObjectType.JWT).keyID(key.getKeyID()).build();
    return signed(header, signer(key), claims);
  }

  static String signed(JWSHeader header, JWSSigner signer, JWTClaimsSet.Builder claims) {
    try {
      SignedJWT token = new SignedJWT(header, claims.build());
      token.sign(signer);
      return token.serialize();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  static JWSSigner signer(JWK key) {
    try {
      return key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner(key.toECKey());
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  static JwtSettings settings(JWSAlgorithm algorithm, JWK key) {
    return new JwtSettings(
        algorithm, key.toPublicJWK().toJSONString(), null, ISSUER, Set.of("parley"), 0, 0);
  }

  static JwtVerifier verifier(JwtSettings settings) {
    return JwtVerifier.of(settings, new CallerFactory("org", "default"), CLOCK);
  }
}
