package dev.parley.security;

import static dev.parley.security.SignedTokens.EC;
import static dev.parley.security.SignedTokens.EC_384;
import static dev.parley.security.SignedTokens.OTHER_RSA;
import static dev.parley.security.SignedTokens.RSA;
import static dev.parley.security.SignedTokens.at;
import static dev.parley.security.SignedTokens.claims;
import static dev.parley.security.SignedTokens.settings;
import static dev.parley.security.SignedTokens.signed;
import static dev.parley.security.SignedTokens.signer;
import static dev.parley.security.SignedTokens.verifier;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jwt.EncryptedJWT;
import com.nimbusds.jwt.PlainJWT;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JwtVerifierTest {
  private final JwtVerifier verifier = verifier(settings(JWSAlgorithm.RS256, RSA));

  @Test
  void aGoodTokenNamesItsCaller() {
    Caller caller = verifier.verify(signed(claims()));

    assertThat(caller.user().value()).isEqualTo("u1");
    assertThat(caller.name()).isEqualTo("Ada");
    assertThat(caller.org().value()).isEqualTo("acme");
    assertThat(caller.roles()).containsExactly("publisher");
    assertThat(caller.expiresAt()).isEqualTo(SignedTokens.NOW.plusSeconds(600));
    assertThat(caller.tokenId()).isEqualTo("t1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS384", "RS512", "PS256", "PS384", "PS512"})
  void eachConfiguredRsaAlgorithmIsAcceptedAlone(String name) {
    JWSAlgorithm algorithm = JWSAlgorithm.parse(name);
    JwtVerifier other = verifier(settings(algorithm, RSA));

    assertThat(other.verify(signed(RSA, algorithm, claims()))).isNotNull();
    refused(other, signed(RSA, JWSAlgorithm.RS256, claims()));
    refused(verifier, signed(RSA, algorithm, claims()));
  }

  @Test
  void ellipticCurvesAreAcceptedWhenConfigured() {
    assertThat(
            verifier(settings(JWSAlgorithm.ES256, EC))
                .verify(signed(EC, JWSAlgorithm.ES256, claims())))
        .isNotNull();
    assertThat(
            verifier(settings(JWSAlgorithm.ES384, EC_384))
                .verify(signed(EC_384, JWSAlgorithm.ES384, claims())))
        .isNotNull();
  }

  @Test
  void theAlgorithmNeverComesFromTheToken() {
    refused(verifier, signed(EC, JWSAlgorithm.ES256, claims()));
    refused(verifier(settings(JWSAlgorithm.ES256, EC)), signed(claims()));
    refused(verifier(settings(JWSAlgorithm.ES256, RSA)), signed(claims()));
  }

  @Test
  void unsignedTokensAreRefused() {
    refused(verifier, new PlainJWT(claims().build()).serialize());
    String[] parts = signed(claims()).split("\\.", -1);
    String none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
    refused(verifier, none + "." + parts[1] + ".");
    refused(verifier, none + "." + parts[1] + "." + parts[2]);
    refused(verifier, parts[0] + "." + parts[1] + ".");
  }

  /** CWE-347: the public key is no secret, so it must never serve as one. */
  @Test
  void aTokenSignedWithThePublicKeyAsHmacSecretIsRefused() throws JOSEException {
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.HS256).type(JOSEObjectType.JWT).keyID("rsa-1").build();
    byte[] pem = DevKeys.pem(RSA).getBytes(StandardCharsets.UTF_8);
    refused(verifier, signed(header, new MACSigner(pem), claims()));
    byte[] der = RSA.toPublicKey().getEncoded();
    refused(verifier, signed(header, new MACSigner(der), claims()));
  }

  @Test
  void aKeyInsideTheTokenIsNotUsed() {
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.RS256)
            .type(JOSEObjectType.JWT)
            .keyID("rsa-1")
            .jwk(OTHER_RSA.toPublicJWK())
            .build();
    refused(verifier, signed(header, signer(OTHER_RSA), claims()));
  }

  @Test
  void encryptedTokensAreRefused() throws JOSEException {
    EncryptedJWT token =
        new EncryptedJWT(
            new JWEHeader(JWEAlgorithm.RSA_OAEP_256, EncryptionMethod.A128GCM), claims().build());
    token.encrypt(new RSAEncrypter(RSA));
    refused(verifier, token.serialize());
  }

  @Test
  void tokensOfAnotherTypeAreRefused() {
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.RS256)
            .type(new JOSEObjectType("dpop+jwt"))
            .keyID("rsa-1")
            .build();
    refused(verifier, signed(header, signer(RSA), claims()));
  }

  @Test
  void aForeignSignatureIsRefused() {
    refused(verifier, signed(OTHER_RSA, JWSAlgorithm.RS256, claims()));
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.RS256).type(JOSEObjectType.JWT).keyID("rsa-1").build();
    refused(verifier, signed(header, signer(OTHER_RSA), claims()));
  }

  @Test
  void changedOrTruncatedTokensAreRefused() {
    String token = signed(claims());
    String[] parts = token.split("\\.", -1);
    String admin = claims().claim("groups", Set.of("admin").toArray()).build().toString();
    String forged = com.nimbusds.jose.util.Base64URL.encode(admin).toString();
    refused(verifier, parts[0] + "." + forged + "." + parts[2]);
    for (int length = 0; length < token.length(); length += 7) {
      refused(verifier, token.substring(0, length));
    }
    refused(verifier, "");
    refused(verifier, "..");
    refused(verifier, "a.b.c");
    refused(verifier, "\u0000");
  }

  /** CWE-400: nothing is decoded before the length is known. */
  @Test
  void aHugeTokenIsRefusedUnread() {
    CommandRejected rejected = refused(verifier, signed(claims()) + "A".repeat(100_000));
    assertThat(rejected.text()).contains("longer");
  }

  @Test
  void anExpiredTokenSaysSo() {
    assertThat(rejected(verifier, signed(claims().expirationTime(at(-1)))).code())
        .isEqualTo(ErrorCode.TOKEN_EXPIRED);
    assertThat(rejected(verifier, signed(claims().expirationTime(at(0)))).code())
        .isEqualTo(ErrorCode.TOKEN_EXPIRED);
  }

  @Test
  void aTokenWithoutEndOrSubjectIsRefused() {
    refused(verifier, signed(claims().expirationTime(null)));
    refused(verifier, signed(claims().subject(null)));
  }

  @Test
  void aTokenFromTheFutureIsRefused() {
    refused(verifier, signed(claims().notBeforeTime(at(30))));
    refused(verifier, signed(claims().issueTime(at(90))));
    assertThat(verifier.verify(signed(claims().issueTime(at(30))))).isNotNull();
    assertThat(verifier.verify(signed(claims().notBeforeTime(at(-1))))).isNotNull();
  }

  @Test
  void theConfiguredSkewIsAllowed() {
    JwtVerifier tolerant = verifier(with(30, 0));
    assertThat(tolerant.verify(signed(claims().expirationTime(at(-20))))).isNotNull();
    assertThat(tolerant.verify(signed(claims().notBeforeTime(at(20))))).isNotNull();
    assertThat(rejected(tolerant, signed(claims().expirationTime(at(-40)))).code())
        .isEqualTo(ErrorCode.TOKEN_EXPIRED);
  }

  @Test
  void aTokenOlderThanTheConfiguredAgeIsRefused() {
    JwtVerifier strict = verifier(with(0, 60));
    assertThat(strict.verify(signed(claims().issueTime(at(-59))))).isNotNull();
    assertThat(rejected(strict, signed(claims().issueTime(at(-61)))).code())
        .isEqualTo(ErrorCode.TOKEN_EXPIRED);
    refused(strict, signed(claims().issueTime(null)));
  }

  @Test
  void anotherIssuerIsRefused() {
    refused(verifier, signed(claims().issuer("https://evil.example")));
    refused(verifier, signed(claims().issuer(null)));
  }

  @Test
  void anotherAudienceOrNoneIsRefused() {
    refused(verifier, signed(claims().audience("shop")));
    refused(verifier, signed(claims().audience((String) null)));
    assertThat(verifier.verify(signed(claims().audience(java.util.List.of("shop", "parley")))))
        .isNotNull();
  }

  @Test
  void withoutConfiguredAudienceAnyIsAccepted() {
    JwtSettings any =
        new JwtSettings(
            JWSAlgorithm.RS256, DevKeys.pem(RSA), null, SignedTokens.ISSUER, Set.of(), 0, 0);
    assertThat(verifier(any).verify(signed(claims().audience("shop")))).isNotNull();
  }

  @Test
  void theMessageNeverHoldsTheToken() {
    String token = signed(claims().issuer("https://evil.example"));
    assertThat(rejected(verifier, token).text()).doesNotContain(token).doesNotContain("evil");
  }

  @Test
  void withoutAnyKeyEveryTokenIsRefused() {
    JwtVerifier keyless =
        verifier(new JwtSettings(JWSAlgorithm.RS256, null, null, null, Set.of(), 0, 0));
    refused(keyless, signed(claims()));
    assertThat(keyless.hasKey()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"HS256", "none", "EdDSA", "ES256K", "rs256"})
  void otherAlgorithmsCannotBeConfigured(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(JWSAlgorithm.parse(name), RSA))
        .withMessageContaining("mp.jwt.verify.publickey.algorithm");
  }

  @Test
  void aKeyWithoutIssuerCannotBeConfigured() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new JwtSettings(JWSAlgorithm.RS256, DevKeys.pem(RSA), null, null, Set.of(), 0, 0))
        .withMessageContaining("mp.jwt.verify.issuer");
  }

  private static JwtSettings with(int skew, int age) {
    return new JwtSettings(
        JWSAlgorithm.RS256,
        DevKeys.pem(RSA),
        null,
        SignedTokens.ISSUER,
        Set.of("parley"),
        skew,
        age);
  }

  private static CommandRejected refused(JwtVerifier verifier, String token) {
    CommandRejected rejected = rejected(verifier, token);
    assertThat(rejected.code()).isEqualTo(ErrorCode.UNAUTHORIZED);
    assertThat(rejected.text()).startsWith("token: ");
    return rejected;
  }

  private static CommandRejected rejected(JwtVerifier verifier, String token) {
    CommandRejected rejected =
        catchThrowableOfType(CommandRejected.class, () -> verifier.verify(token));
    assertThat(rejected).as("the token is refused").isNotNull();
    return rejected;
  }
}
