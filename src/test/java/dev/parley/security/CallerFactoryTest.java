package dev.parley.security;

import static dev.parley.security.SignedTokens.claims;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.parley.protocol.CommandRejected;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallerFactoryTest {
  private final CallerFactory callers = new CallerFactory("https://example.com/tenant", "home");

  @Test
  void theTenantComesFromTheConfiguredClaim() {
    JWTClaimsSet.Builder claims = claims().claim("https://example.com/tenant", "blue");
    assertThat(callers.of(claims.build()).org().value()).isEqualTo("blue");
  }

  @Test
  void aTokenWithoutTenantBelongsToTheDefaultOne() {
    assertThat(callers.of(claims().build()).org().value()).isEqualTo("home");
  }

  @Test
  void theNameIsTheBestThatTheTokenHas() {
    JWTClaimsSet.Builder claims = claims().claim("upn", "ada@example.com");
    assertThat(callers.of(claims.build()).name()).isEqualTo("Ada");
    assertThat(callers.of(claims.claim("name", " ").build()).name()).isEqualTo("ada@example.com");
    claims.claim("name", null).claim("upn", null).claim("preferred_username", "ada");
    assertThat(callers.of(claims.build()).name()).isEqualTo("ada");
    assertThat(callers.of(claims.claim("preferred_username", null).build()).name()).isEqualTo("u1");
  }

  @Test
  void aTokenWithoutGroupsOrIdHasNone() {
    Caller caller = callers.of(claims().claim("groups", null).jwtID(null).build());
    assertThat(caller.roles()).isEmpty();
    assertThat(caller.tokenId()).isEmpty();
  }

  @Test
  void aLongNameIsCutBetweenCharacters() {
    String name = "x".repeat(254) + "\uD83D\uDE00";
    assertThat(callers.of(claims().claim("name", name).build()).name()).isEqualTo("x".repeat(254));
  }

  /** CWE-117: a name must not write lines of its own into a log. */
  @Test
  void controlCharactersInANameAreReplaced() {
    String name = "Ada\r\nERROR all is lost\u0000\uD800";
    assertThat(callers.of(claims().claim("name", name).build()).name())
        .isEqualTo("Ada\uFFFD\uFFFDERROR all is lost\uFFFD\uFFFD");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\u0000b", "a\nb", "\uD800", "\u0085"})
  void anIdThatNoDatabaseHoldsIsRefused(String id) {
    refused(() -> callers.of(claims().subject(id).build()), "sub");
    refused(
        () -> callers.of(claims().claim("https://example.com/tenant", id).build()),
        "https://example.com/tenant");
  }

  @Test
  void anIdThatIsTooLongIsRefused() {
    refused(() -> callers.of(claims().subject("u".repeat(256)).build()), "sub");
  }

  @Test
  void claimsOfTheWrongTypeAreRefused() {
    refused(() -> callers.of(claims().claim("https://example.com/tenant", 7).build()), "tenant");
    refused(() -> callers.of(claims().claim("name", Map.of("a", "b")).build()), "name");
    refused(() -> callers.of(claims().claim("groups", "admin").build()), "groups");
    refused(() -> callers.of(claims().claim("groups", List.of("a", 1)).build()), "groups");
    refused(() -> callers.of(claims().claim("groups", Arrays.asList("a", null)).build()), "groups");
  }

  @Test
  void aKeptCallerComesBackEqual() {
    Caller caller =
        callers.of(
            claims()
                .subject("auth0|5f7c \"quoted\"")
                .claim("groups", List.of("Domain Users", "admin"))
                .build());
    assertThat(CallerFactory.read(CallerFactory.write(caller))).isEqualTo(caller);
  }

  private static void refused(ThrowingCallable call, String claim) {
    assertThatThrownBy(call)
        .isInstanceOf(CommandRejected.class)
        .hasMessageStartingWith("token: ")
        .hasMessageContaining(claim);
  }
}
