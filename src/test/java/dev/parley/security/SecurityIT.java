package dev.parley.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.testkit.ParleyTest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.junit.jupiter.api.Test;

/** Every credential at every door, as programs and browsers send them. */
@ParleyTest
@RunAsClient
class SecurityIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STREAM = "api/v1/stream?channels=room:security-it";

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

  @ArquillianResource private URI parley;

  @Test
  void demoUsersCanBeChosen() throws Exception {
    JsonNode users = JSON.readTree(get("api/v1/dev/users").body()).get("users");
    assertThat(users.findValuesAsText("user")).containsExactly("alice", "bob", "carol", "dave");
    assertThat(users.get(2).get("roles").get(0).asText()).isEqualTo("publisher");
    assertThat(users.get(3).get("roles").get(0).asText()).isEqualTo("admin");
  }

  @Test
  void aTokenIsAcceptedAtEachDoor() throws Exception {
    String token = token(user());
    assertThat(post("api/v1/tickets", "Authorization", "Bearer " + token).statusCode())
        .isEqualTo(200);
    assertThat(post("api/v1/tickets", "Authorization", "bearer " + token).statusCode())
        .isEqualTo(200);
    assertThat(post("api/v1/tickets?token=" + token).statusCode()).isEqualTo(200);
    assertThat(connect("ws?token=" + token).first()).contains("\"type\":\"connected\"");
    assertThat(connect("ws", "parley.v1.json", "bearer", token).first())
        .contains("\"type\":\"connected\"");
  }

  @Test
  void aCallWithoutCredentialIsChallenged() throws Exception {
    HttpResponse<String> answer = post("api/v1/tickets");
    assertProblem(answer, 401, "unauthorized");
    assertThat(header(answer, "WWW-Authenticate")).isEqualTo("Bearer");
  }

  /** The first two are refused by the server before Parley sees them, the others by Parley. */
  @Test
  void everyBadCredentialIsAnsweredInOneForm() throws Exception {
    String expired = expired();
    for (HttpResponse<String> answer :
        List.of(
            post("api/v1/tickets", "Authorization", "Bearer xyz"),
            post("api/v1/tickets?token=xyz"),
            post("api/v1/tickets?ticket=xyz"))) {
      assertProblem(answer, 401, "unauthorized");
      assertThat(header(answer, "WWW-Authenticate")).isEqualTo("Bearer error=\"invalid_token\"");
    }
    assertProblem(
        post("api/v1/tickets", "Authorization", "Bearer " + expired), 401, "token_expired");
    assertProblem(post("api/v1/tickets?token=" + expired), 401, "token_expired");
  }

  @Test
  void severalCredentialsAreABadRequest() throws Exception {
    String token = token(user());
    assertProblem(
        post("api/v1/tickets?token=" + token, "Authorization", "Bearer " + token),
        400,
        "bad_request");
  }

  @Test
  void aHandshakeWithABadCredentialIsOpenedAndClosedWithACodeThatABrowserSees() throws Exception {
    assertThat(connect("ws?token=xyz").closeCode()).isEqualTo(4002);
    assertThat(connect("ws?ticket=xyz").closeCode()).isEqualTo(4002);
    assertThat(connect("ws", "parley.v1.json", "bearer", "xyz").closeCode()).isEqualTo(4002);
    assertThat(connect("ws?token=" + expired()).closeCode()).isEqualTo(4003);
  }

  /** */
  @Test
  void aTicketIsRedeemedOnce() throws Exception {
    String ticket = ticket(token(user()));
    assertThat(post("api/v1/tickets?ticket=" + ticket).statusCode()).isEqualTo(200);
    assertProblem(post("api/v1/tickets?ticket=" + ticket), 401, "unauthorized");
    assertThat(connect("ws?ticket=" + ticket).closeCode()).isEqualTo(4002);
  }

  @Test
  void ofManyWhoRedeemATicketAtOnceOneGetsIn() throws Exception {
    for (int round = 0; round < 5; round++) {
      HttpRequest request =
          request("api/v1/tickets?ticket=" + ticket(token(user())))
              .POST(BodyPublishers.noBody())
              .build();
      List<Integer> statuses =
          IntStream.range(0, 8)
              .mapToObj(i -> http.sendAsync(request, BodyHandlers.discarding()))
              .collect(Collectors.toList())
              .stream()
              .map(answer -> answer.join().statusCode())
              .sorted()
              .toList();
      assertThat(statuses).containsExactly(200, 401, 401, 401, 401, 401, 401, 401);
    }
  }

  @Test
  void aTicketIsNotSpentOnARequestThatIsNoHandshake() throws Exception {
    String ticket = ticket(token(user()));
    assertProblem(get("ws?ticket=" + ticket), 400, "bad_request");
    assertThat(connect("ws?ticket=" + ticket).first()).contains("\"type\":\"connected\"");
  }

  @Test
  void aTicketStandsForTheSameCaller() throws Exception {
    String user = user();
    String frame = connect("ws?ticket=" + ticket(token(user))).first();
    assertThat(JSON.readTree(frame).get("user").get("id").asText()).isEqualTo(user);
    assertThat(JSON.readTree(frame).get("org").asText()).isEqualTo("security-it");
  }

  @Test
  void ticketsAndTokensAreNotCached() throws Exception {
    HttpResponse<String> answer =
        post("api/v1/tickets", "Authorization", "Bearer " + token(user()));
    assertThat(header(answer, "Cache-Control")).isEqualTo("no-store");
    assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(answer, "Referrer-Policy")).isEqualTo("no-referrer");
  }

  @Test
  void anEventSourceComesBackToItsUsedTicketWithItsCookieAlone() throws Exception {
    String stream = STREAM + "&ticket=" + ticket(token(user()));
    HttpResponse<InputStream> first = open(stream);
    assertThat(first.statusCode()).isEqualTo(200);
    String cookie = first.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];

    assertThat(open(stream).statusCode()).isEqualTo(401);
    assertThat(open(stream, "Cookie", cookie).statusCode()).isEqualTo(200);
    assertThat(open(stream, "Cookie", cookie).statusCode()).isEqualTo(200);
    assertThat(open(STREAM, "Cookie", cookie).statusCode()).isEqualTo(401);
    String other = STREAM + "&ticket=" + ticket(token(user()));
    open(other);
    assertThat(open(other, "Cookie", cookie).statusCode()).isEqualTo(401);
  }

  @Test
  void theCookieOfAStreamOpensNothingElse() throws Exception {
    String ticket = ticket(token(user()));
    HttpResponse<InputStream> first = open(STREAM + "&ticket=" + ticket);
    String set = first.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(set)
        .contains("HttpOnly", "SameSite=Strict", "Path=" + parley.getPath() + "api/v1/stream;");
    String cookie = set.split(";", 2)[0];

    assertProblem(post("api/v1/tickets?ticket=" + ticket, "Cookie", cookie), 401, "unauthorized");
    assertProblem(post("api/v1/tickets", "Cookie", cookie), 401, "unauthorized");
    HttpResponse<InputStream> foreign =
        open(STREAM + "&ticket=" + ticket, "Cookie", cookie, "Origin", "https://evil.example");
    assertThat(foreign.statusCode()).isEqualTo(403);
  }

  /** */
  @Test
  void aForeignPageIsRefusedWithAnyCredential() throws Exception {
    String token = token(user());
    assertProblem(
        post(
            "api/v1/tickets", "Authorization", "Bearer " + token, "Origin", "https://evil.example"),
        403,
        "forbidden");
    assertThatThrownBy(
            () ->
                http.newWebSocketBuilder()
                    .header("Origin", "https://evil.example")
                    .buildAsync(ws("ws?token=" + token), new WebSocket.Listener() {})
                    .get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            e -> assertThat(e.getResponse().statusCode()).isEqualTo(403));
  }

  @Test
  void ourOwnPageIsLetIn() throws Exception {
    String origin = "http://" + parley.getAuthority();
    assertThat(post("api/v1/tickets?token=" + token(user()), "Origin", origin).statusCode())
        .isEqualTo(200);
  }

  @Test
  void optionsTellNothing() throws Exception {
    HttpResponse<String> answer =
        send(request("api/v1/tickets").method("OPTIONS", BodyPublishers.noBody()));
    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
  }

  @Test
  void metricsAreForAdmins() throws Exception {
    assertThat(get("metrics").statusCode()).isEqualTo(401);
    String publisher = "Bearer " + token(user(), "publisher");
    assertThat(get("metrics", "Authorization", publisher).statusCode()).isEqualTo(403);
    String admin = "Bearer " + token(user(), "admin");
    assertThat(get("metrics", "Authorization", admin).statusCode()).isEqualTo(200);
  }

  @Test
  void anUnknownPathShowsNothingOfTheServer() throws Exception {
    assertProblem(get("no/such/page"), 404, "not_found");
  }

  // Helpers

  private static String user() {
    return "security-it-" + UUID.randomUUID();
  }

  private String token(String user, String... roles) throws Exception {
    return token(user, 600, List.of(roles));
  }

  private String expired() throws Exception {
    String token = token(user(), 1, List.of());
    Thread.sleep(2100); // The end is a whole second, and nothing tells when it has passed.
    return token;
  }

  private String token(String user, int seconds, List<String> roles) throws Exception {
    String body =
        JSON.createObjectNode()
            .put("user", user)
            .put("org", "security-it")
            .put("expiresIn", seconds)
            .set("roles", JSON.valueToTree(roles))
            .toString();
    HttpResponse<String> answer =
        send(
            request("api/v1/dev/token", "Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    assertThat(answer.statusCode()).isEqualTo(200);
    return JSON.readTree(answer.body()).get("token").asText();
  }

  private String ticket(String token) throws Exception {
    HttpResponse<String> answer = post("api/v1/tickets", "Authorization", "Bearer " + token);
    assertThat(answer.statusCode()).isEqualTo(200);
    return JSON.readTree(answer.body()).get("ticket").asText();
  }

  private static void assertProblem(HttpResponse<String> answer, int status, String code)
      throws IOException {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(header(answer, "Content-Type")).startsWith("application/problem+json");
    JsonNode problem = JSON.readTree(answer.body());
    assertThat(problem.get("type").asText()).isEqualTo("about:blank");
    assertThat(problem.get("status").asInt()).isEqualTo(status);
    assertThat(problem.get("code").asText()).isEqualTo(code);
    assertThat(problem.get("detail").asText()).isNotEmpty();
    assertThat(problem.has("retryable")).isTrue();
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  private HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(parley.resolve(path)).timeout(Duration.ofSeconds(30));
    return headers.length == 0 ? request : request.headers(headers);
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    return send(request(path, headers).GET());
  }

  private HttpResponse<String> post(String path, String... headers) throws Exception {
    return send(request(path, headers).POST(BodyPublishers.noBody()));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  /** The head of an endless answer. */
  private HttpResponse<InputStream> open(String path, String... headers) throws Exception {
    HttpResponse<InputStream> answer =
        http.send(
            request(path, headers).header("Accept", "text/event-stream").GET().build(),
            BodyHandlers.ofInputStream());
    answer.body().close();
    return answer;
  }

  private URI ws(String path) {
    return URI.create("ws" + parley.resolve(path).toString().substring("http".length()));
  }

  private Recorder connect(String path, String... subprotocols) throws Exception {
    Recorder recorder = new Recorder();
    WebSocket.Builder builder = http.newWebSocketBuilder();
    if (subprotocols.length > 0) {
      builder.subprotocols(
          subprotocols[0],
          List.of(subprotocols).subList(1, subprotocols.length).toArray(String[]::new));
    }
    WebSocket socket = builder.buildAsync(ws(path), recorder).get(30, TimeUnit.SECONDS);
    recorder.socket = socket;
    return recorder;
  }

  /** What one WebSocket got first: a frame, or its end. */
  private static final class Recorder implements WebSocket.Listener {
    private final CompletableFuture<String> frame = new CompletableFuture<>();
    private volatile WebSocket socket;
    private final CompletableFuture<Integer> end = new CompletableFuture<>();

    String first() throws Exception {
      try {
        return frame.get(30, TimeUnit.SECONDS);
      } finally {
        socket.abort();
      }
    }

    int closeCode() throws Exception {
      return end.get(30, TimeUnit.SECONDS);
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      frame.complete(data.toString());
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      end.complete(code);
      frame.completeExceptionally(new IllegalStateException("closed with " + code));
      return null;
    }
  }
}
