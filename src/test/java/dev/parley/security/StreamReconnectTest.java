package dev.parley.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import jakarta.servlet.http.Cookie;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StreamReconnectTest {
  private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(UTF_8);
  private static final Caller CALLER = CallerFactory.KEPT.of(SignedTokens.claims().build());

  private final StreamReconnect streams = at(SignedTokens.CLOCK);

  @Test
  void theBrowserThatHasRedeemedATicketMayComeBackWithIt() {
    assertThat(streams.caller(back(allowed("t-1")).request(), "t-1")).isEqualTo(CALLER);
  }

  @Test
  void theCookieIsOutOfReachForScriptsAndOtherSitesAndPaths() {
    FakeExchange exchange = allowed("t-1");
    assertThat(exchange.answered("Set-Cookie"))
        .startsWith("parley-stream-")
        .contains("; Path=/parley/api/v1/stream; Max-Age=600; HttpOnly; SameSite=Strict")
        .doesNotContain("Secure")
        .doesNotContain("t-1");
  }

  @Test
  void theCookieIsSecureOnTls() {
    FakeExchange tls = stream();
    tls.secure = true;
    streams.allow(tls.request(), tls.response(), CALLER, "t-1");
    assertThat(tls.answered("Set-Cookie")).endsWith("; Secure");

    FakeExchange proxied = stream().header("X-Forwarded-Proto", "https");
    streams.allow(proxied.request(), proxied.response(), CALLER, "t-1");
    assertThat(proxied.answered("Set-Cookie")).endsWith("; Secure");
  }

  @Test
  void neitherHalfOpensAnythingAlone() {
    assertThat(streams.caller(stream().request(), "t-1")).isNull();
    assertThat(streams.caller(back(allowed("t-1")).request(), "t-2")).isNull();
  }

  @Test
  void theCookieOfAnotherTicketDoesNotFitUnderItsName() {
    String name = back(allowed("t-2")).cookies.get(0).getName();
    String value = back(allowed("t-1")).cookies.get(0).getValue();
    FakeExchange mixed = stream();
    mixed.cookies.add(new Cookie(name, value));
    assertThat(streams.caller(mixed.request(), "t-2")).isNull();
  }

  @Test
  void theCookieEndsWithTheToken() {
    FakeExchange exchange = back(allowed("t-1"));
    assertThat(at(later(599)).caller(exchange.request(), "t-1")).isEqualTo(CALLER);
    assertThat(at(later(600)).caller(exchange.request(), "t-1")).isNull();
  }

  @Test
  void aChangedCookieIsWorthNothing() {
    FakeExchange exchange = back(allowed("t-1"));
    Cookie cookie = exchange.cookies.get(0);
    String[] parts = cookie.getValue().split("\\.", -1);
    for (String value :
        List.of("", "x", parts[0] + "." + parts[1] + ".", parts[0] + "." + parts[1] + ".AAAA")) {
      cookie.setValue(value);
      assertThat(streams.caller(exchange.request(), "t-1")).as(value).isNull();
    }
  }

  /** What another part of Parley signs with the same algorithm must not pass as a stream cookie. */
  @Test
  void aTokenMadeForAnythingElseIsWorthNothing() throws Exception {
    JWTClaimsSet.Builder claims =
        CallerFactory.claims(CALLER).audience("parley-stream").claim("ticket", Ticket.hash("t-1"));
    FakeExchange exchange = back(allowed("t-1"));
    Cookie cookie = exchange.cookies.get(0);

    cookie.setValue(signed("parley-stream+jwt", KEY, claims));
    assertThat(streams.caller(exchange.request(), "t-1")).isEqualTo(CALLER);
    cookie.setValue(signed("JWT", KEY, claims));
    assertThat(streams.caller(exchange.request(), "t-1")).isNull();
    cookie.setValue(signed("parley-stream+jwt", new byte[32], claims));
    assertThat(streams.caller(exchange.request(), "t-1")).isNull();
    cookie.setValue(signed("parley-stream+jwt", KEY, claims.audience("other")));
    assertThat(streams.caller(exchange.request(), "t-1")).isNull();
    cookie.setValue(SignedTokens.signed(SignedTokens.claims().audience("parley-stream")));
    assertThat(streams.caller(exchange.request(), "t-1")).isNull();
  }

  @Test
  void aCookieThatAnotherSiteMakesTheBrowserSendIsNotUsed() {
    for (String site : List.of("cross-site", "same-site")) {
      FakeExchange exchange = back(allowed("t-1")).header("Sec-Fetch-Site", site);
      assertThat(streams.caller(exchange.request(), "t-1")).isNull();
    }
    FakeExchange same = back(allowed("t-1")).header("Sec-Fetch-Site", "same-origin");
    assertThat(streams.caller(same.request(), "t-1")).isEqualTo(CALLER);
  }

  @Test
  void oneTabDoesNotPushOutAnother() {
    FakeExchange both = back(allowed("t-1"));
    both.cookies.addAll(back(allowed("t-2")).cookies);
    assertThat(streams.caller(both.request(), "t-1")).isEqualTo(CALLER);
    assertThat(streams.caller(both.request(), "t-2")).isEqualTo(CALLER);
  }

  @Test
  void theBrowserIsToldToForgetCookiesBeforeTheyFillItsHeaders() {
    FakeExchange full = stream();
    IntStream.range(0, 6).forEach(i -> full.cookies.addAll(back(allowed("old-" + i)).cookies));
    streams.allow(full.request(), full.response(), CALLER, "new");
    assertThat(full.answered.get("Set-Cookie").stream().filter(c -> c.contains("Max-Age=0;")))
        .hasSize(3);
  }

  @Test
  void aTokenTooBigForACookieGetsNone() {
    List<String> groups = IntStream.range(0, 300).mapToObj(i -> "some-group-" + i).toList();
    Caller big = CallerFactory.KEPT.of(SignedTokens.claims().claim("groups", groups).build());
    FakeExchange exchange = stream();
    streams.allow(exchange.request(), exchange.response(), big, "t-1");
    assertThat(exchange.answered).isEmpty();
  }

  private FakeExchange allowed(String ticket) {
    FakeExchange exchange = stream();
    streams.allow(exchange.request(), exchange.response(), CALLER, ticket);
    return exchange;
  }

  private static FakeExchange back(FakeExchange first) {
    String[] pair = first.answered("Set-Cookie").split(";", 2)[0].split("=", 2);
    FakeExchange second = stream();
    second.cookies.add(new Cookie(pair[0], pair[1]));
    return second;
  }

  private static FakeExchange stream() {
    return new FakeExchange("/api/v1/stream");
  }

  private static String signed(String type, byte[] key, JWTClaimsSet.Builder claims)
      throws Exception {
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.HS256).type(new JOSEObjectType(type)).build();
    return SignedTokens.signed(header, new MACSigner(key), claims);
  }

  private static Clock later(int seconds) {
    return Clock.offset(SignedTokens.CLOCK, Duration.ofSeconds(seconds));
  }

  @SuppressWarnings("UnnecessaryAssignment") // No container injects here.
  private static StreamReconnect at(Clock clock) {
    StreamCookies cookies = new StreamCookies();
    cookies.clock = clock;
    cookies.secrets =
        new Secrets() {
          @Override
          public byte[] get(String name) {
            return KEY.clone();
          }
        };
    StreamReconnect streams = new StreamReconnect();
    streams.cookies = cookies;
    return streams;
  }
}
