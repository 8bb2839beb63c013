package dev.parley.security;

import static dev.parley.security.SignedTokens.OTHER_RSA;
import static dev.parley.security.SignedTokens.RSA;
import static dev.parley.security.SignedTokens.claims;
import static dev.parley.security.SignedTokens.signed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.SecurityContext;
import com.sun.net.httpserver.HttpServer;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JwtKeysTest {
  private static final String PEM = DevKeys.pem(RSA);
  private static final String JWKS = new JWKSet(List.<JWK>of(OTHER_RSA, RSA)).toString(true);

  @TempDir Path folder;

  @Test
  void aKeyMayBePemOrJwkOrJwksOrTheirBase64() throws Exception {
    String jwk = RSA.toPublicJWK().toJSONString();
    String der = Base64.getEncoder().encodeToString(RSA.toPublicKey().getEncoded());
    for (String key :
        List.of(PEM, PEM.replace("\n", ""), der, jwk, JWKS, base64(jwk), base64(JWKS))) {
      assertAccepts(inline(key));
    }
  }

  @Test
  void whatIsNoKeyIsRefusedWhenTheApplicationStarts() {
    for (String key : List.of("hello", "{}", "{\"keys\":[]}", "-----BEGIN PUBLIC KEY-----")) {
      assertThatIllegalArgumentException()
          .as(key)
          .isThrownBy(() -> inline(key))
          .withMessageContaining("mp.jwt.verify.publickey");
    }
  }

  @Test
  void thePrivateHalfOfAKeyIsDropped() throws Exception {
    assertThat(KeyText.parse(RSA.toJSONString()).getKeys().get(0).isPrivate()).isFalse();
  }

  @Test
  void keysMayLieInAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("key.pem"), PEM);
    assertAccepts(at(file.toUri().toString()));
    assertAccepts(at(file.toString()));
  }

  @Test
  void keysMayLieOnTheClassPath() throws IOException {
    Path file = Path.of("target/test-classes/jwt-keys-test.pem");
    Files.writeString(file, PEM);
    assertAccepts(at("/jwt-keys-test.pem"));
    assertAccepts(at("jwt-keys-test.pem"));
    assertAccepts(at("classpath:/jwt-keys-test.pem"));
  }

  @Test
  void aMissingFileMeansThatTokensCannotBeVerifiedNow() {
    assertThat(rejected(at(folder.resolve("none.pem").toString()), signed(claims())))
        .isEqualTo(ErrorCode.UNAVAILABLE);
  }

  @Test
  void aKeySetIsReadOnceAndAgainForAnUnknownKey() throws IOException {
    try (KeyServer server = new KeyServer(new JWKSet(OTHER_RSA).toString(true))) {
      JwtVerifier verifier = at(server.address());
      String known = signed(OTHER_RSA, JWSAlgorithm.RS256, claims());
      assertThat(verifier.verify(known)).isNotNull();
      assertThat(verifier.verify(known)).isNotNull();
      assertThat(server.requests.get()).isEqualTo(1);

      server.body.set(JWKS);
      assertAccepts(verifier);
      assertThat(server.requests.get()).isEqualTo(2);
    }
  }

  /** Once for the first token, and once in the first minute for all the invented keys. */
  @Test
  void inventedKeyIdsDoNotFloodTheIdentityProvider() throws IOException {
    try (KeyServer server = new KeyServer(JWKS)) {
      JwtVerifier verifier = at(server.address());
      assertAccepts(verifier);
      for (int i = 0; i < 20; i++) {
        String invented = signed(SignedTokens.RSA_UNKNOWN, JWSAlgorithm.RS256, claims());
        assertThat(rejected(verifier, invented)).isEqualTo(ErrorCode.UNAUTHORIZED);
      }
      assertThat(server.requests.get()).isEqualTo(2);
      assertAccepts(verifier);
    }
  }

  /**
   * A rotation a minute after another one is seen at once, and a second one in the same minute is
   * not. Seen to fail without the interval, and when the first reading counts as a refresh.
   */
  @Test
  void anUnknownKeyIsLookedForOnceAMinute() throws Exception {
    long[] now = {0};
    int[] readings = {0};
    JWKSetSource<SecurityContext> source =
        new SeldomRefresh(
            new JWKSetSource<>() {
              @Override
              public JWKSet getJWKSet(
                  JWKSetCacheRefreshEvaluator refresh, long time, SecurityContext context) {
                readings[0]++;
                return new JWKSet(RSA);
              }

              @Override
              public void close() {}
            },
            Duration.ofMinutes(1),
            () -> now[0]);
    JWKSet first = source.getJWKSet(JWKSetCacheRefreshEvaluator.noRefresh(), 0, null);
    JWKSet second = source.getJWKSet(unlike(first), 0, null);
    assertThatThrownBy(() -> source.getJWKSet(unlike(second), 0, null))
        .isInstanceOf(RateLimitReachedException.class);
    now[0] += Duration.ofSeconds(59).toNanos();
    assertThatThrownBy(() -> source.getJWKSet(unlike(second), 0, null))
        .isInstanceOf(RateLimitReachedException.class);
    assertThat(source.getJWKSet(JWKSetCacheRefreshEvaluator.noRefresh(), 0, null)).isNotNull();
    now[0] += Duration.ofSeconds(1).toNanos();
    assertThat(source.getJWKSet(JWKSetCacheRefreshEvaluator.forceRefresh(), 0, null)).isNotNull();
    assertThat(readings[0]).isEqualTo(4);
  }

  /** What the cache asks with when this set does not have the key. */
  private static JWKSetCacheRefreshEvaluator unlike(JWKSet set) {
    return JWKSetCacheRefreshEvaluator.referenceComparison(set);
  }

  @Test
  void anIdentityProviderOutOfReachIsNotTheCallersFault() throws IOException {
    String address;
    try (KeyServer server = new KeyServer(JWKS)) {
      address = server.address();
    }
    JwtVerifier verifier = at(address);
    for (int i = 0; i < 5; i++) {
      assertThat(rejected(verifier, signed(claims()))).isEqualTo(ErrorCode.UNAVAILABLE);
    }
  }

  private static void assertAccepts(JwtVerifier verifier) {
    assertThat(verifier.verify(signed(claims()))).isNotNull();
  }

  private static ErrorCode rejected(JwtVerifier verifier, String token) {
    return catchThrowableOfType(CommandRejected.class, () -> verifier.verify(token)).code();
  }

  private static JwtVerifier inline(String key) {
    return SignedTokens.verifier(
        new JwtSettings(JWSAlgorithm.RS256, key, null, SignedTokens.ISSUER, Set.of(), 0, 0));
  }

  private static JwtVerifier at(String location) {
    return SignedTokens.verifier(
        new JwtSettings(JWSAlgorithm.RS256, null, location, SignedTokens.ISSUER, Set.of(), 0, 0));
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** An identity provider's key set. */
  private static final class KeyServer implements AutoCloseable {
    final AtomicInteger requests = new AtomicInteger();
    final AtomicReference<String> body;
    private final HttpServer server;

    KeyServer(String keys) throws IOException {
      body = new AtomicReference<>(keys);
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/jwks",
          exchange -> {
            requests.incrementAndGet();
            byte[] answer = body.get().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            try (var out = exchange.getResponseBody()) {
              out.write(answer);
            }
          });
      server.start();
    }

    String address() {
      return "http://localhost:" + server.getAddress().getPort() + "/jwks";
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
