package dev.parley.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.security.Credential.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialTest {
  @Test
  void aRequestWithoutCredentialHasNone() {
    assertThat(of(new FakeExchange("/ws").query("a=b&nottoken=x&ticketed=y"))).isNull();
    assertThat(of(new FakeExchange("/ws").header("Authorization", "Basic YTpi"))).isNull();
    assertThat(of(new FakeExchange("/ws").header("Sec-WebSocket-Protocol", "parley.v1.json")))
        .isNull();
  }

  @Test
  void theSchemeOfABearerHeaderHasNoCase() {
    for (String scheme : new String[] {"Bearer", "bearer", "BEARER"}) {
      assertThat(of(new FakeExchange("/ws").header("Authorization", scheme + " a.b.c")))
          .isEqualTo(new Credential(Kind.TOKEN, "a.b.c"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bearer, a.b.c",
        "parley.v1.json, bearer, a.b.c",
        "bearer,a.b.c,parley.v1.json",
        "  bearer  ,  a.b.c  "
      })
  void theTokenFollowsTheSubprotocolBearer(String offered) {
    assertThat(of(new FakeExchange("/ws").header("Sec-WebSocket-Protocol", offered)))
        .isEqualTo(new Credential(Kind.TOKEN, "a.b.c"));
  }

  @Test
  void aSubprotocolBearerMayBeSpreadOverTwoHeaders() {
    FakeExchange exchange =
        new FakeExchange("/ws")
            .header("Sec-WebSocket-Protocol", "parley.v1.json, bearer")
            .header("Sec-WebSocket-Protocol", "a.b.c");
    assertThat(of(exchange)).isEqualTo(new Credential(Kind.TOKEN, "a.b.c"));
  }

  @Test
  void aSubprotocolBearerWithoutTokenIsAnEmptyCredentialAndNotNone() {
    assertThat(of(new FakeExchange("/ws").header("Sec-WebSocket-Protocol", "bearer")))
        .isEqualTo(new Credential(Kind.TOKEN, ""));
  }

  @Test
  void ticketsAndTokensStandInTheAddress() {
    assertThat(of(new FakeExchange("/ws").query("x=1&ticket=abc%2Dd&y=2")))
        .isEqualTo(new Credential(Kind.TICKET, "abc-d"));
    assertThat(of(new FakeExchange("/ws").query("token=a.b.c")))
        .isEqualTo(new Credential(Kind.TOKEN, "a.b.c"));
  }

  @Test
  void tokensInTheAddressCanBeSwitchedOff() {
    CommandRejected rejected =
        catchThrowableOfType(
            CommandRejected.class,
            () -> Credential.of(new FakeExchange("/ws").query("token=a.b.c").request(), false));
    assertThat(rejected.code()).isEqualTo(ErrorCode.UNAUTHORIZED);
    assertThat(Credential.of(new FakeExchange("/ws").query("ticket=t").request(), false))
        .isNotNull();
  }

  @Test
  void severalCredentialsAreABadRequest() {
    refused(new FakeExchange("/ws").query("ticket=a&ticket=b"));
    refused(new FakeExchange("/ws").query("ticket=a&token=b"));
    refused(new FakeExchange("/ws").query("ticket=a").header("Authorization", "Bearer b"));
    refused(
        new FakeExchange("/ws")
            .header("Authorization", "Bearer a")
            .header("Authorization", "Bearer b"));
    refused(
        new FakeExchange("/ws")
            .header("Authorization", "Bearer a")
            .header("Sec-WebSocket-Protocol", "bearer, b"));
  }

  @Test
  void aQueryThatCannotBeDecodedIsABadRequest() {
    refused(new FakeExchange("/ws").query("ticket=%zz"));
  }

  @Test
  void aCredentialDoesNotShowItsValue() {
    assertThat(new Credential(Kind.TICKET, "hush")).asString().doesNotContain("hush");
  }

  private static Credential of(FakeExchange exchange) {
    return Credential.of(exchange.request(), true);
  }

  private static void refused(FakeExchange exchange) {
    assertThat(catchThrowableOfType(CommandRejected.class, () -> of(exchange)).code())
        .isEqualTo(ErrorCode.BAD_REQUEST);
  }
}
