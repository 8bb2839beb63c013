package dev.parley.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.function.Consumer;

/** What a WebSocket client presents when it connects. Used once. */
public final class WsHandshake {
  private final ServerUrl server;
  private final WebSocket.Builder builder;
  private String query = "";
  private Consumer<JsonNode> tap = frame -> {};

  WsHandshake(ServerUrl server) {
    this(server, Http.shared());
  }

  WsHandshake(ServerUrl server, HttpClient client) {
    this.server = server;
    this.builder = client.newWebSocketBuilder().connectTimeout(Recorder.PATIENCE);
  }

  /** The handshake must be over in this time. */
  public WsHandshake within(Duration time) {
    builder.connectTimeout(time);
    return this;
  }

  public WsHandshake bearer(String token) {
    return header("Authorization", "Bearer " + token);
  }

  public WsHandshake header(String name, String value) {
    builder.header(name, value);
    return this;
  }

  /** The query without its question mark, for example {@code ticket=…}. */
  public WsHandshake query(String text) {
    query = text;
    return this;
  }

  public WsHandshake subprotocols(String mostPreferred, String... others) {
    builder.subprotocols(mostPreferred, others);
    return this;
  }

  /** Hears every frame, replies included, in order and before anyone else. */
  public WsHandshake tap(Consumer<JsonNode> listener) {
    tap = listener;
    return this;
  }

  /** The open connection; nothing that the server says has been taken. */
  public WsClient open() {
    return WsClient.over(builder, server.ws("ws" + (query.isEmpty() ? "" : "?" + query)), tap);
  }

  /** The answer of a server that refuses the upgrade. */
  public HttpResponse<?> openRefused() {
    try (WsClient client = open()) {
      throw new AssertionError("the handshake was accepted: " + client.subprotocol());
    } catch (Await.TransportFailure e) {
      if (e.getCause() instanceof WebSocketHandshakeException refused) {
        return refused.getResponse();
      }
      throw e;
    }
  }
}
