package dev.parley.security;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.Base64;

/**
 * Reads public keys in the forms that MicroProfile JWT allows (section 9.2): a PEM public key or
 * certificate, a JWK, a JWKS, and the Base64 form of either.
 */
final class KeyText {
  private static final String CERTIFICATE = "-----BEGIN CERTIFICATE-----";

  private KeyText() {}

  /**
   * The public keys in {@code text}; private parts are dropped.
   *
   * @throws ParseException when there are none
   */
  static JWKSet parse(String text) throws ParseException {
    String trimmed = text.trim();
    if (trimmed.startsWith("{")) {
      return json(trimmed);
    }
    byte[] decoded = decode(trimmed);
    if (decoded.length > 0 && decoded[0] == '{') {
      return json(new String(decoded, StandardCharsets.UTF_8));
    }
    try {
      return new JWKSet(jwk(publicKey(decoded, trimmed.startsWith(CERTIFICATE))));
    } catch (GeneralSecurityException e) {
      throw new ParseException("neither PEM nor JWK: " + e.getMessage(), 0);
    }
  }

  private static JWKSet json(String text) throws ParseException {
    JWKSet keys = text.contains("\"keys\"") ? JWKSet.parse(text) : new JWKSet(JWK.parse(text));
    JWKSet publicKeys = keys.toPublicJWKSet();
    if (publicKeys.isEmpty()) {
      throw new ParseException("no public key in it", 0);
    }
    return publicKeys;
  }

  private static byte[] decode(String text) throws ParseException {
    String base64 =
        text.replaceAll("-----(BEGIN|END)[A-Z0-9 ]+-----", "")
            .replaceAll("\\s", "")
            .replace('-', '+')
            .replace('_', '/');
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new ParseException("neither PEM nor JWK", 0);
    }
  }

  private static PublicKey publicKey(byte[] der, boolean certificate)
      throws GeneralSecurityException {
    if (certificate) {
      return CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(der))
          .getPublicKey();
    }
    X509EncodedKeySpec spec = new X509EncodedKeySpec(der);
    try {
      return KeyFactory.getInstance("RSA").generatePublic(spec);
    } catch (InvalidKeySpecException e) {
      return KeyFactory.getInstance("EC").generatePublic(spec);
    }
  }

  private static JWK jwk(PublicKey key) throws GeneralSecurityException {
    if (key instanceof RSAPublicKey rsa) {
      return new RSAKey.Builder(rsa).build();
    }
    if (key instanceof ECPublicKey ec) {
      Curve curve = Curve.forECParameterSpec(ec.getParams());
      if (curve != null) {
        return new ECKey.Builder(curve, ec).build();
      }
    }
    throw new GeneralSecurityException("only RSA and EC keys are supported");
  }
}
