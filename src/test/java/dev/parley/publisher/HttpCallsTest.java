package dev.parley.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The way over HTTP, against a server that answers what the test says. */
class HttpCallsTest {
  private record Heard(String path, String key, String authorization, String body) {}

  private final List<Heard> heard = new CopyOnWriteArrayList<>();
  private final AtomicInteger lost = new AtomicInteger();
  private int status = 201;
  private HttpServer server;
  private HttpCalls calls;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    calls = new HttpCalls();
    calls.settings =
        new PublisherSettings() {
          @Override
          Optional<String> url() {
            return Optional.of("http://127.0.0.1:" + server.getAddress().getPort() + "/parley/");
          }

          @Override
          Optional<String> token() {
            return Optional.of("secret");
          }
        };
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    heard.add(
        new Heard(
            exchange.getRequestURI().getPath(),
            exchange.getRequestHeaders().getFirst("Idempotency-Key"),
            exchange.getRequestHeaders().getFirst("Authorization"),
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
    if (lost.getAndDecrement() > 0) {
      exchange.close();
      return;
    }
    byte[] body = "what is wrong".getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  void eachKindOfCallHasItsPath() {
    calls.send(new Request("topic:t", "{\"data\":1}"));
    calls.send(new Request("", "{\"tenant\":true,\"data\":1}"));
    assertThat(heard)
        .extracting(Heard::path)
        .containsExactly(
            "/parley/api/v1/channels/topic:t/messages", "/parley/api/v1/notifications");
    assertThat(heard.get(0).body()).isEqualTo("{\"data\":1}");
    assertThat(heard.get(0).authorization()).isEqualTo("Bearer secret");
    assertThat(heard.get(0).key()).isNotEqualTo(heard.get(1).key());
  }

  @Test
  void aLostAnswerIsAskedForAgainUnderTheSameKey() {
    lost.set(1);
    calls.send(new Request("topic:t", "{\"data\":1}"));
    assertThat(heard).hasSize(2);
    assertThat(heard.get(1)).isEqualTo(heard.get(0));
  }

  @Test
  void aRefusalIsTheCallersToKnow() {
    status = 403;
    assertThatThrownBy(() -> calls.send(new Request("topic:t", "{\"data\":1}")))
        .isInstanceOf(PublishFailed.class)
        .hasMessageContaining("403")
        .hasMessageContaining("what is wrong");
    assertThat(heard).hasSize(1);
  }
}
