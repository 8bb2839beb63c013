package dev.parley.security;

import static com.nimbusds.jose.JWSAlgorithm.ES256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.sun.net.httpserver.HttpServer;
import dev.parley.testkit.NodeProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import org.junit.jupiter.api.Test;

/** Nodes with other keys than the development mode's. */
class SecurityST {
  private static final String ISSUER = "https://id.example";

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void theDevelopmentModeRefusesToStartBesideAProductionKey() {
    assertThatThrownBy(
            () ->
                NodeProcess.named("dev-beside-production")
                    .property("parley.dev.enabled", "true")
                    .property("mp.jwt.verify.publickey.location", "http://127.0.0.1:9/jwks")
                    .property("mp.jwt.verify.issuer", ISSUER)
                    .start()
                    .close())
        .isInstanceOf(NodeProcess.NodeFailedException.class)
        .hasMessageContaining(
            "Parley could not be started: parley.dev.enabled is true, but mp.jwt.verify.publickey.location is configured too");
  }

  @Test
  void withoutAnyKeyANodeRunsAndRefusesEveryCredential() throws Exception {
    try (NodeProcess node =
        NodeProcess.named("keyless").property("parley.dev.enabled", "false").start()) {
      String token = SignedTokens.signed(claims());
      assertThat(ticketsByHeader(node, token)).isEqualTo(401);
      assertThat(ticketsByQuery(node, token)).isEqualTo(401);
      assertThat(post(node, "api/v1/dev/token", null)).isEqualTo(404);
    }
  }

  @Test
  void aNodeTakesItsKeysFromTheIdentityProvider() throws Exception {
    ECKey key = SignedTokens.EC;
    HttpServer provider = provider(new JWKSet(key).toString(true));
    try (NodeProcess node =
        NodeProcess.named("production")
            .property("parley.dev.enabled", "false")
            .property(
                "mp.jwt.verify.publickey.location",
                "http://127.0.0.1:" + provider.getAddress().getPort() + "/jwks")
            .property("mp.jwt.verify.publickey.algorithm", "ES256")
            .property("mp.jwt.verify.issuer", ISSUER)
            .property("mp.jwt.verify.audiences", "parley")
            .property("parley.security.query-token", "false")
            .start()) {
      String good = SignedTokens.signed(key, ES256, claims());
      assertThat(ticketsByHeader(node, good)).isEqualTo(200);
      assertThat(ticketsByQuery(node, good)).as("switched off").isEqualTo(401);

      // The server's own verification does not look at nbf; Parley does, at this door too.
      Date later = Date.from(Instant.now().plusSeconds(300));
      assertThat(
              ticketsByHeader(node, SignedTokens.signed(key, ES256, claims().notBeforeTime(later))))
          .isEqualTo(401);
      assertThat(ticketsByHeader(node, SignedTokens.signed(key, ES256, claims().audience("shop"))))
          .isEqualTo(401);
      assertThat(ticketsByHeader(node, SignedTokens.signed(claims()))).isEqualTo(401);
    } finally {
      provider.stop(0);
    }
  }

  private static JWTClaimsSet.Builder claims() {
    Instant now = Instant.now();
    return SignedTokens.claims()
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plusSeconds(600)));
  }

  private static HttpServer provider(String keys) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] body = keys.getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/jwks",
        exchange -> {
          exchange.sendResponseHeaders(200, body.length);
          try (var out = exchange.getResponseBody()) {
            out.write(body);
          }
        });
    server.start();
    return server;
  }

  private int ticketsByHeader(NodeProcess node, String token) throws Exception {
    return post(node, "api/v1/tickets", token);
  }

  private int ticketsByQuery(NodeProcess node, String token) throws Exception {
    return post(node, "api/v1/tickets?token=" + token, null);
  }

  private int post(NodeProcess node, String path, String bearer) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(node.uri().resolve(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"user\":\"alice\"}"));
    if (bearer != null) {
      request.header("Authorization", "Bearer " + bearer);
    }
    return http.send(request.build(), BodyHandlers.discarding()).statusCode();
  }
}
