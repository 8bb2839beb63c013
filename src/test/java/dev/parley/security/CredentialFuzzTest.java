package dev.parley.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.testkit.Fuzz;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whatever stands where a ticket or a token belongs: one credential, none, or a refusal. */
class CredentialFuzzTest {
  private static final List<String> QUERIES =
      List.of(
          "ticket=Qq1x0c3ZyJb2mN8wQq1x0c3ZyJb2mN8wQq1x0c3ZyJb",
          "channels=room:a,room:b&ticket=abc&cursor=x",
          "token=eyJhbGciOiJSUzI1NiJ9.e30.c2ln",
          "channels=room%3Aa&token=a%20b");

  private static final List<String> HEADERS =
      List.of(
          "Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln",
          "bearer x",
          "Basic eDp5",
          "parley.v1.json, bearer, x");

  private record Input(String query, String authorization, String subprotocol) {}

  /** Seen to fail when a wrong percent sign in the query was not caught. */
  @Test
  void aRequestHasOneCredentialOrNoneOrIsRefused() {
    Fuzz.run(
        random ->
            new Input(
                Fuzz.text(random, QUERIES), Fuzz.text(random, HEADERS), Fuzz.text(random, HEADERS)),
        input -> {
          for (boolean queryToken : new boolean[] {true, false}) {
            try {
              Credential credential = Credential.of(request(input), queryToken);
              if (credential != null) {
                assertThat(Ticket.hash(credential.value())).hasSize(43);
                assertThat(credential.toString()).doesNotContain("=");
              }
            } catch (CommandRejected e) {
              assertThat(e.code()).isIn(ErrorCode.BAD_REQUEST, ErrorCode.UNAUTHORIZED);
            }
          }
        });
  }

  private static HttpServletRequest request(Input input) {
    Map<String, String> headers =
        Map.of("Authorization", input.authorization, "Sec-WebSocket-Protocol", input.subprotocol);
    return (HttpServletRequest)
        Proxy.newProxyInstance(
            CredentialFuzzTest.class.getClassLoader(),
            new Class<?>[] {HttpServletRequest.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getQueryString" -> input.query;
                  case "getHeaders" ->
                      Collections.enumeration(List.of(headers.get((String) arguments[0])));
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }
}
