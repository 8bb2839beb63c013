package dev.parley.security;

import static com.nimbusds.jose.JWSAlgorithm.ES256;
import static com.nimbusds.jose.JWSAlgorithm.RS256;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.sun.net.httpserver.HttpServer;
import dev.parley.testkit.Api;
import dev.parley.testkit.Await;
import dev.parley.testkit.NodeProcess;
import dev.parley.testkit.Person;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.SseClient;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.Tokens;
import dev.parley.testkit.WsClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One node with an identity provider, and every door to it. */
class CredentialsST {
  private static final AtomicInteger READINGS = new AtomicInteger();

  private static HttpServer provider;
  private static NodeProcess node;
  private static ServerUrl server;

  @BeforeAll
  static void start() throws IOException {
    provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] keys = new JWKSet(SignedTokens.RSA).toString(true).getBytes(StandardCharsets.UTF_8);
    provider.createContext(
        "/jwks",
        exchange -> {
          READINGS.incrementAndGet();
          exchange.sendResponseHeaders(200, keys.length);
          try (var out = exchange.getResponseBody()) {
            out.write(keys);
          }
        });
    provider.start();
    node =
        NodeProcess.named("credentials")
            .property("parley.dev.enabled", "false")
            .property(
                "mp.jwt.verify.publickey.location",
                "http://127.0.0.1:" + provider.getAddress().getPort() + "/jwks")
            .property("mp.jwt.verify.issuer", SignedTokens.ISSUER)
            .property("mp.jwt.verify.audiences", "parley")
            .property("mp.jwt.verify.token.age", "3600")
            .property("parley.ratelimit.connects-per-minute", "1")
            .property("parley.ratelimit.connects-burst", "5")
            .start();
    server = new ServerUrl(node.uri());
  }

  @AfterAll
  static void stop() {
    if (node != null) {
      node.close();
    }
    provider.stop(0);
  }

  private static JWTClaimsSet.Builder claims() {
    Instant now = Instant.now();
    return SignedTokens.claims()
        .subject(Tokens.unique("u"))
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plusSeconds(600)));
  }

  private static Date in(int seconds) {
    return Date.from(Instant.now().plusSeconds(seconds));
  }

  private static Person person(JWTClaimsSet.Builder claims) {
    return new Person(server, claims.build().getSubject(), "acme", SignedTokens.signed(claims));
  }

  /** The ways in which a token comes in, and what says there that it is not accepted. */
  enum Door {
    HEADER {
      @Override
      boolean opensTo(String token) {
        return new Api(server, token).post("api/v1/tickets", "").status() == 200;
      }
    },
    QUERY {
      @Override
      boolean opensTo(String token) {
        return anonymous().post("api/v1/tickets?token=" + token, "").status() == 200;
      }
    },
    STREAM {
      @Override
      boolean opensTo(String token) {
        try (SseClient stream = SseClient.to(server).query("token", token).open()) {
          stream.awaitConnected();
          return true;
        } catch (AssertionError refused) {
          assertThat(
                  anonymous()
                      .get("api/v1/stream?token=" + token, "Accept", "text/event-stream")
                      .status())
              .isEqualTo(401);
          return false;
        }
      }
    },
    POLL {
      @Override
      boolean opensTo(String token) {
        return anonymous().get("api/v1/poll?token=" + token).status() == 200;
      }
    },
    SOCKET_QUERY {
      @Override
      boolean opensTo(String token) {
        return isConnected(WsClient.to(server).query("token=" + token).open());
      }
    },
    SUBPROTOCOL {
      @Override
      boolean opensTo(String token) {
        return isConnected(
            WsClient.to(server).subprotocols("parley.v1.json", "bearer", token).open());
      }
    },
    FIRST_FRAME {
      @Override
      boolean opensTo(String token) {
        try (WsClient client = WsClient.to(server).open()) {
          JsonNode reply = client.reply("connect", "token", token);
          if (reply.get("type").asText().equals("connected")) {
            return true;
          }
          assertThat(client.awaitClose().code()).isIn(4002, 4003);
          return false;
        }
      }
    },
    REFRESH {
      @Override
      boolean opensTo(String token) {
        String first = SignedTokens.signed(claims().subject(SUBJECT));
        try (WsClient client = WsClient.to(server).query("token=" + first).open()) {
          client.awaitPush("connected");
          JsonNode reply = client.reply("refresh", "token", token);
          client.assertAlive();
          return reply.get("type").asText().equals("refreshed");
        }
      }
    };

    abstract boolean opensTo(String token);

    private static Api anonymous() {
      return new Api(server, "");
    }

    private static boolean isConnected(WsClient client) {
      try (client) {
        client.awaitPush("connected");
        return true;
      } catch (AssertionError closed) {
        assertThat(client.awaitClose().code()).isIn(4002, 4003);
        return false;
      }
    }
  }

  private static final String SUBJECT = "same-person";

  /** What the compatibility kit of MicroProfile JWT sends, and some more. */
  private static Map<String, String> badTokens() throws Exception {
    Map<String, String> bad = new TreeMap<>();
    JWTClaimsSet.Builder good = claims().subject(SUBJECT);
    bad.put("unsigned", new PlainJWT(good.build()).serialize());
    JWSHeader hmac =
        new JWSHeader.Builder(JWSAlgorithm.HS256).type(JOSEObjectType.JWT).keyID("rsa-1").build();
    byte[] pem = DevKeys.pem(SignedTokens.RSA).getBytes(StandardCharsets.UTF_8);
    bad.put("signed with the public key", SignedTokens.signed(hmac, new MACSigner(pem), good));
    bad.put("another algorithm", SignedTokens.signed(SignedTokens.EC, ES256, good));
    JWSHeader borrowed =
        new JWSHeader.Builder(RS256).type(JOSEObjectType.JWT).keyID("rsa-1").build();
    bad.put(
        "another key under a known id",
        SignedTokens.signed(borrowed, SignedTokens.signer(SignedTokens.OTHER_RSA), good));
    bad.put("an unknown key", SignedTokens.signed(SignedTokens.RSA_UNKNOWN, RS256, good));
    String token = SignedTokens.signed(good);
    bad.put("truncated", token.substring(0, token.length() - 9));
    bad.put("expired", SignedTokens.signed(person().expirationTime(in(-5))));
    bad.put("without end", SignedTokens.signed(person().expirationTime(null)));
    bad.put("not yet valid", SignedTokens.signed(person().notBeforeTime(in(300))));
    bad.put("from the future", SignedTokens.signed(person().issueTime(in(300))));
    bad.put("too old", SignedTokens.signed(person().issueTime(in(-3700))));
    bad.put("another issuer", SignedTokens.signed(person().issuer("https://evil.example")));
    bad.put("without issuer", SignedTokens.signed(person().issuer(null)));
    bad.put("another audience", SignedTokens.signed(person().audience("shop")));
    bad.put("without audience", SignedTokens.signed(person().audience((String) null)));
    bad.put("without subject", SignedTokens.signed(person().subject(null)));
    bad.put("limits that are none", SignedTokens.signed(person().claim("limits", "many")));
    bad.put("no token", "xyz");
    return bad;
  }

  private static JWTClaimsSet.Builder person() {
    return claims().subject(SUBJECT);
  }

  /**
   * A-01, at every door. Seen to fail when audiences are left out of the rules. Seen to fail when a
   * door verifies with a key of its own, and when ages or issuers are left out.
   */
  @ParameterizedTest
  @EnumSource(Door.class)
  void everyDoorRefusesTheSameTokens(Door door) throws Exception {
    List<String> let = new ArrayList<>();
    for (Map.Entry<String, String> bad : badTokens().entrySet()) {
      if (door == Door.REFRESH) {
        // One connection each would be too often for one person.
        continue;
      }
      if (door.opensTo(bad.getValue())) {
        let.add(bad.getKey());
      }
    }
    assertThat(let).isEmpty();
    assertThat(door.opensTo(SignedTokens.signed(claims().subject(subjectFor(door))))).isTrue();
  }

  private static String subjectFor(Door door) {
    return door == Door.REFRESH ? SUBJECT : Tokens.unique("good");
  }

  /**
   * Seen to fail when a refresh does not compare the person. Seen to fail when it verifies
   * less.
   */
  @Test
  void aRefreshRefusesTheSameTokensAndOtherPeoples() throws Exception {
    try (WsClient client = person(person()).connect()) {
      for (Map.Entry<String, String> bad : badTokens().entrySet()) {
        assertThat(client.reply("refresh", "token", bad.getValue()).path("code").asText())
            .as(bad.getKey())
            .isEqualTo(ended(bad.getKey()) ? "token_expired" : "unauthorized");
      }
      client.rejected(
          "forbidden", "refresh", "token", SignedTokens.signed(claims().subject("another")));
      client.rejected(
          "forbidden", "refresh", "token", SignedTokens.signed(person().claim("org", "another")));
      assertThat(
              client
                  .command("refresh", "token", SignedTokens.signed(person()))
                  .get("type")
                  .asText())
          .isEqualTo("refreshed");
    }
  }

  private static boolean ended(String bad) {
    return bad.equals("expired") || bad.equals("too old");
  }

  /**
   * Which of several counts must not depend on who reads them. Seen to fail when the first
   * one counts.
   */
  @Test
  void ofSeveralTokensNoneCounts() {
    String good = SignedTokens.signed(claims());
    for (String other : List.of(good, "xyz", SignedTokens.signed(claims()))) {
      // Some servers have refused it before Parley does.
      assertThat(twoHeaders(good, other)).isIn(400, 401);
      assertThat(twoHeaders(other, good)).isIn(400, 401);
      new Api(server, good).get("api/v1/poll?token=" + other).problem(400, "bad_request");
      try (WsClient client =
          WsClient.to(server).bearer(good).header("Authorization", "Bearer " + other).open()) {
        assertThat(client.awaitClose().code()).isEqualTo(4002);
      }
    }
  }

  private static int twoHeaders(String one, String other) {
    return new Api(server, one).get("api/v1/poll", "Authorization", "Bearer " + other).status();
  }

  /** No door opens to 100 KB, and all stay open to others. */
  @ParameterizedTest
  @EnumSource(Door.class)
  void aHugeTokenIsRefusedAndTheNodeGoesOn(Door door) {
    String huge = SignedTokens.signed(person().claim("more", "x".repeat(100_000)));
    assertThat(isOpened(door, huge)).isFalse();
    new Api(server, SignedTokens.signed(claims())).get("api/v1/poll").expect(200);
  }

  /** A refusal of the server itself, before Parley sees anything, is one too. */
  private static boolean isOpened(Door door, String token) {
    try {
      return door.opensTo(token);
    } catch (AssertionError | Await.TransportFailure refused) {
      return false;
    }
  }

  /** Seen to fail when each unknown key is a reason to read. */
  @Test
  void inventedKeysAreLookedForOnceAMinute() {
    assertThat(Door.HEADER.opensTo(SignedTokens.signed(claims()))).isTrue();
    int before = READINGS.get();
    for (int i = 0; i < 10; i++) {
      assertThat(Door.POLL.opensTo(SignedTokens.signed(SignedTokens.RSA_UNKNOWN, RS256, claims())))
          .isFalse();
    }
    // Two, should the minute end meanwhile.
    assertThat(READINGS.get() - before).isLessThanOrEqualTo(2);
  }

  /** C-02. Seen to fail when the door, or the first frame, does not count. */
  @Test
  void whoConnectsTooOftenIsRefusedBeforeTheUpgradeOrWith4102() {
    Person ann = person(claims());
    for (int i = 0; i < 5; i++) {
      ann.connect().close();
    }
    var refused = ann.ws().openRefused();
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow()))
        .isBetween(1, 60);
    try (WsClient client = WsClient.to(server).open()) {
      client.rejected("rate_limited", "connect", "token", ann.token());
      assertThat(client.awaitClose().code()).isEqualTo(4102);
    }
    person(claims()).connect().close();
  }

  /** C-02. Seen to fail when a token's limits are not read. */
  @Test
  void aTokenMayAllowOneConnection() {
    Person ann = person(claims().claim("limits", Map.of("connections", 1)));
    try (WsClient first = ann.connect()) {
      assertThat(ann.ws().openRefused().statusCode()).isEqualTo(429);
      try (WsClient client = WsClient.to(server).open()) {
        client.rejected("limit_exceeded", "connect", "token", ann.token());
        assertThat(client.awaitClose().code()).isEqualTo(4101);
      }
      new Api(server, ann.token()).get("api/v1/poll").problem(429, "limit_exceeded");
      first.assertAlive();
    }
    Await.until(
        "she is gone", () -> new Api(server, ann.token()).get("api/v1/poll").status() == 200);
  }

  /** Seen to fail when a token's limits are not read. */
  @Test
  void aTokenMayLimitMessagesAndChannels() {
    Person ann = person(claims().claim("limits", Map.of("publish", 1, "channels", 4)));
    String room = Tenant.room();
    try (WsClient client = ann.connect()) {
      client.command("subscribe", "channel", room);
      client.rejected("limit_exceeded", "subscribe", "channel", Tenant.room());
      List<CompletableFuture<JsonNode>> replies = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        replies.add(client.commandAsync("publish", "channel", room, "data", i));
      }
      assertThat(replies.stream().map(one -> Await.result("a reply", one).path("code").asText()))
          .contains("", "rate_limited");
    }
  }

  /**
   * P-03. Bodies that never come hold 16 threads of one caller and 64 in all, so everything else
   * goes on, and who does not heed it is in the audit trail. Seen to fail when bodies need no
   * permit: then nobody gets in. Seen to fail when nobody is told.
   */
  @Test
  void bodiesThatDoNotComeStopNobody() throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try {
      Person one = person(claims());
      List<Integer> statuses = new ArrayList<>();
      for (int i = 0; i < 260; i++) {
        Socket socket = beginBody(i % 2 == 0 ? one.token() : person(claims()).token());
        sockets.add(socket);
      }
      for (int i = 0; i < 20; i++) {
        Socket nobody = beginBody("");
        sockets.add(nobody);
        assertThat(status(nobody)).isEqualTo(401);
      }
      assertThat(ninetyNinthHandshake()).isLessThan(Duration.ofSeconds(1));
      person(claims()).api().get("api/v1/conversations").expect(200);
      // Whose body comes in a packet of its own needs a permit, and is told to try again.
      Await.until(
          "somebody publishes",
          () -> person(claims()).api().publish(Tenant.room(), "x").status() == 201);
      List<Socket> trickling = sockets.subList(0, 260);
      Await.until("all but 64 are answered", () -> answered(trickling).size() == 260 - 64);
      for (Socket socket : answered(trickling)) {
        statuses.add(status(socket));
      }
      assertThat(statuses).containsOnly(429, 503);
      assertThat(statuses.stream().filter(status -> status == 429).count())
          .isGreaterThanOrEqualTo(1);
      awaitLimitEntry("bodies_caller", one.id());
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    Await.until(
        "the permits are back",
        Duration.ofSeconds(60),
        () -> {
          try (Socket socket = beginBody(person(claims()).token())) {
            socket.getOutputStream().write("ata\":1}".getBytes(StandardCharsets.US_ASCII));
            return status(socket) == 201;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Of a hundred, how long all but the slowest take at most. */
  private static Duration ninetyNinthHandshake() {
    List<Duration> took = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Person person = person(claims());
      long start = System.nanoTime();
      person.connect().close();
      took.add(Duration.ofNanos(System.nanoTime() - start));
    }
    return took.stream().sorted().skip(98).findFirst().orElseThrow();
  }

  private static void awaitLimitEntry(String limit, String user) {
    Api admin = new Api(server, SignedTokens.signed(claims().claim("groups", List.of("admin"))));
    Await.until(
        "an entry of the limit",
        () -> {
          JsonNode page = admin.get("api/v1/admin/audit?kind=limit").expect(200).json();
          return page.get("entries").findValuesAsText("detail").contains(limit)
              && page.get("entries").findValuesAsText("actor").contains(user);
        });
  }

  private static List<Socket> answered(List<Socket> sockets) {
    return sockets.stream().filter(CredentialsST::isAnswered).toList();
  }

  private static boolean isAnswered(Socket socket) {
    try {
      return socket.getInputStream().available() > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A request to publish, and the first bytes of its body. */
  private static Socket beginBody(String token) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port());
    socket.setSoTimeout(10_000);
    String head =
        "POST /parley/"
            + Api.messagesPath(Tenant.room())
            + " HTTP/1.1\r\nHost: 127.0.0.1:"
            + node.port()
            + "\r\nContent-Type: application/json\r\nContent-Length: 10\r\n"
            + (token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n")
            + "\r\n{\"d";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static int status(Socket socket) throws IOException {
    byte[] line = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
    String text = new String(line, StandardCharsets.US_ASCII);
    return text.length() < 12 ? -1 : Integer.parseInt(text.substring(9));
  }
}
