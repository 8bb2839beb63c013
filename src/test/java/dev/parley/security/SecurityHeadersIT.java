package dev.parley.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.Api;
import dev.parley.testkit.Api.Answer;
import dev.parley.testkit.BuildOutput;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.WireTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What browsers may do with answers, and what answers tell of the server: on every path. */
class SecurityHeadersIT extends WireTest {
  private static final Path PAGES = BuildOutput.project().resolve("src/main/webapp");

  private static final String NO_TOKEN = "";

  /** Every file that the WAR serves, and what stands for the kinds of answers besides. */
  private static List<String> paths() {
    try (Stream<Path> files = Files.walk(PAGES)) {
      List<String> paths =
          files
              .filter(Files::isRegularFile)
              .map(file -> PAGES.relativize(file).toString().replace('\\', '/'))
              .filter(path -> !path.startsWith("WEB-INF"))
              .collect(Collectors.toCollection(ArrayList::new));
      paths.addAll(
          List.of(
              "",
              "nothing-here",
              "WEB-INF/web.xml",
              "health",
              "metrics",
              "api/v1/tickets",
              "api/v1/nothing",
              "api/v1/openapi",
              "api/v1/dev/users",
              "api/v1/poll?ticket=x"));
      return paths;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void everyAnswerHasTheHeadersOnce() {
    Api anyone = new Api(server, NO_TOKEN);
    for (String path : paths()) {
      Answer answer = anyone.get(path);
      SecurityHeaders.HEADERS.forEach(
          (name, value) ->
              assertThat(answer.headers().allValues(name))
                  .as("%s of %s (%s)", name, path, answer.status())
                  .containsExactly(value));
    }
  }

  @Test
  void thePolicyAllowsNothingInline() {
    assertThat(SecurityHeaders.POLICY)
        .contains("default-src 'none'", "frame-ancestors 'none'")
        .doesNotContain("unsafe", "*", "data:", "http:");
  }

  /** The header would only break what is inline; here it is named. */
  @Test
  void noPageHasAnythingInline() throws IOException {
    for (String path : paths()) {
      if (path.endsWith(".html")) {
        assertThat(Files.readString(PAGES.resolve(path)))
            .as(path)
            .doesNotContainPattern("<style|\\sstyle=|\\son[a-z]+=|javascript:")
            .doesNotContainPattern("<script(?![^>]*\\ssrc=)");
      }
    }
  }

  @Test
  void aRefusedTokenIsAnsweredWithTheHeadersToo() {
    Answer answer = new Api(server, "not.a.token").get("api/v1/tickets");
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("Content-Security-Policy")).isEqualTo(SecurityHeaders.POLICY);
  }

  @Test
  void noAnswerIsForPagesOfOtherOrigins() {
    Api anyone = new Api(server, NO_TOKEN);
    for (String path : paths()) {
      for (String method : new String[] {"GET", "OPTIONS"}) {
        Answer answer =
            anyone.call(
                method,
                path,
                "",
                "Origin",
                "https://evil.example",
                "Access-Control-Request-Method",
                "POST");
        assertThat(answer.headers().map().keySet())
            .as("%s %s", method, path)
            .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control-"));
      }
    }
  }

  @Test
  void noAnswerTellsWhichServerItIs() {
    Api anyone = new Api(server, NO_TOKEN);
    for (String path : paths()) {
      Answer answer = anyone.get(path);
      assertThat(
              answer.headers().map().keySet().stream().map(name -> name.toLowerCase(Locale.ROOT)))
          .as(path)
          .doesNotContain("server", "x-powered-by");
      if (answer.status() >= 400) {
        assertThat(answer.text())
            .as(path)
            .doesNotContainIgnoringCase("payara")
            .doesNotContain("at dev.");
      }
    }
  }

  /** With a socket, because the HTTP client sends no TRACE. */
  @Test
  void noRequestIsRepeatedToWhoeverSendsIt() throws IOException {
    URI address = server.http("");
    for (String path : new String[] {"/", "/parley/", "/parley/api/v1/tickets", "/parley/ws"}) {
      for (String method : new String[] {"TRACE", "TRACK"}) {
        String answer = raw(address, method + " " + path);
        assertThat(answer).as("%s %s", method, path).doesNotContain("c4n4ry");
        assertThat(answer.substring(9, 12)).as("%s %s", method, path).matches("[45]..");
      }
    }
  }

  private static String raw(URI address, String request) throws IOException {
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      String text =
          request
              + " HTTP/1.1\r\nHost: "
              + address.getAuthority()
              + "\r\nX-Mark: c4n4ry\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))
          .lines()
          .collect(Collectors.joining("\n"));
    }
  }

  @Test
  void nobodyGetsADescriptionOfAllResources() {
    Api ann = tenant.person("ann").api();
    assertThat(ann.get("api/v1/application.wadl").status()).isEqualTo(404);
    assertThat(ann.call("OPTIONS", "api/v1/tickets", "").text()).isEmpty();
  }

  @Test
  void theApiIsDescribedToThoseWhoMayCallIt() {
    assertThat(tenant.person("ann").api().get("api/v1/openapi").expect(200).text())
        .startsWith("openapi: ");
    new Api(server, NO_TOKEN).get("api/v1/openapi").problem(401, "unauthorized");
    Answer its = ofTheServer(NO_TOKEN).get("openapi");
    assertThat(its.status()).isIn(401, 403, 404);
    assertThat(its.text()).doesNotContain("paths");
  }

  /** What the server itself answers, beside the WAR. */
  private Api ofTheServer(String token) {
    return new Api(new ServerUrl(server.root().resolve("/")), token);
  }

  @Test
  void metricsAreForAdminsOnly() {
    new Api(server, NO_TOKEN).get("metrics").problem(401, "unauthorized");
    tenant.person("ann").api().get("metrics").problem(403, "forbidden");
    tenant.publisher("app").api().get("metrics").problem(403, "forbidden");
    tenant.admin("root").api().get("metrics").expect(200);
    assertThat(ofTheServer(NO_TOKEN).get("metrics").status()).isIn(401, 403);
    assertThat(ofTheServer(tenant.person("ann").token()).get("metrics").status()).isIn(401, 403);
  }
}
