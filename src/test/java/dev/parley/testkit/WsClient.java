package dev.parley.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.protocol.MessagePack;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.msgpack.core.MessageUnpacker;

/**
 * A WebSocket client that records what the server says. Commands may be sent from any thread; each
 * reply goes to its command, everything else to the recorder.
 */
public final class WsClient implements AutoCloseable {
  /** Commands under way at a time: well below what the server allows. */
  private static final int UNDER_WAY = 50;

  /** The second encoding's subprotocol: a client that has agreed on it sends and hears binary. */
  public static final String MSGPACK = "parley.v1.msgpack";

  /** How the server ended the connection. */
  public record Closed(int code, String reason) {}

  private final Recorder<JsonNode> frames = new Recorder<>();
  private final Map<Long, CompletableFuture<JsonNode>> awaitingReply = new ConcurrentHashMap<>();
  private final CompletableFuture<Closed> closed = new CompletableFuture<>();
  private final AtomicLong lastId = new AtomicLong();
  private final Consumer<JsonNode> tap;
  private final Object sending = new Object();
  private WebSocket socket;

  private WsClient(Consumer<JsonNode> tap) {
    this.tap = tap;
  }

  /** Begins a connection without any credential. */
  public static WsHandshake to(ServerUrl server) {
    return new WsHandshake(server);
  }

  /** Connects with a bearer header and awaits {@code connected}. */
  public static WsClient connect(ServerUrl server, String token) {
    WsClient client = to(server).bearer(token).open();
    client.awaitPush("connected");
    return client;
  }

  static WsClient over(WebSocket.Builder builder, URI address, Consumer<JsonNode> tap) {
    WsClient client = new WsClient(tap);
    client.socket = Await.result("a WebSocket", builder.buildAsync(address, client.new Listener()));
    return client;
  }

  /** The subprotocol that the server chose; empty when none. */
  public String subprotocol() {
    return socket.getSubprotocol();
  }

  // Commands -------------------------------------------------------------------------------------

  /** Sends a command with a fresh id and awaits its reply, which must not be an error. */
  public JsonNode command(String type, Object... fields) {
    JsonNode reply = reply(type, fields);
    if (reply.path("type").asText().equals("error")) {
      throw new AssertionError(type + " failed: " + reply);
    }
    return reply;
  }

  /** The same, but it must fail with the code. */
  public JsonNode rejected(String code, String type, Object... fields) {
    JsonNode reply = reply(type, fields);
    if (!reply.path("type").asText().equals("error") || !reply.path("code").asText().equals(code)) {
      throw new AssertionError("expected error " + code + " but got " + reply);
    }
    return reply;
  }

  /** The reply, whatever it is. */
  public JsonNode reply(String type, Object... fields) {
    return Await.result("the reply to " + type, commandAsync(type, fields));
  }

  public CompletableFuture<JsonNode> commandAsync(String type, Object... fields) {
    ObjectNode command = Json.object("id", lastId.incrementAndGet(), "type", type);
    command.setAll(Json.object(fields));
    return send(command);
  }

  /** Sends an object that has an id; the future is its reply. */
  public CompletableFuture<JsonNode> send(JsonNode command) {
    CompletableFuture<JsonNode> reply = expectReply(command.get("id").asLong());
    if (subprotocol().equals(MSGPACK)) {
      sendBinary(MessagePack.fromJson(command.toString()));
    } else {
      sendText(command.toString());
    }
    return reply;
  }

  /** The reply that will come under the id. */
  public CompletableFuture<JsonNode> expectReply(long id) {
    CompletableFuture<JsonNode> reply = new CompletableFuture<>();
    awaitingReply.put(id, reply);
    if (closed.isDone()) {
      reply.completeExceptionally(gone());
    }
    return reply;
  }

  /**
   * Publishes {@code m0} to {@code m<count-1>}, a few at a time, and returns where the last one
   * stands.
   */
  public Position publishMany(String channel, int count) {
    Position last = null;
    for (int i = 0; i < count; i += UNDER_WAY) {
      List<CompletableFuture<JsonNode>> replies = new ArrayList<>();
      for (int n = i; n < Math.min(count, i + UNDER_WAY); n++) {
        replies.add(commandAsync("publish", "channel", channel, "data", "m" + n));
      }
      for (CompletableFuture<JsonNode> reply : replies) {
        last = Position.in(Await.result("the reply to publish", reply));
      }
    }
    return last;
  }

  /** An id that no command of this connection has used. */
  public long freshId() {
    return lastId.incrementAndGet();
  }

  /** One text frame, as it is. */
  public void sendText(String text) {
    synchronized (sending) {
      Await.result("room to send", socket.sendText(text, true));
    }
  }

  /** One binary frame, as it is. */
  public void sendBinary(byte[] bytes) {
    synchronized (sending) {
      Await.result("room to send", socket.sendBinary(ByteBuffer.wrap(bytes), true));
    }
  }

  /** One text message in as many frames. */
  public void sendFragments(List<String> fragments) {
    synchronized (sending) {
      for (int i = 0; i < fragments.size(); i++) {
        boolean last = i == fragments.size() - 1;
        Await.result("room to send", socket.sendText(fragments.get(i), last));
      }
    }
  }

  // What the server says -------------------------------------------------------------------------

  /** Takes the first frame that matches and is not the reply to a command. */
  public JsonNode awaitFrame(String what, Predicate<JsonNode> matches) {
    return frames.await(what, matches);
  }

  public JsonNode awaitFrame(String what, Duration patience, Predicate<JsonNode> matches) {
    return frames.await(what, patience, matches);
  }

  public JsonNode awaitPush(String type) {
    return frames.await(type, f -> f.path("type").asText().equals(type));
  }

  /** Takes the next message of the channel. */
  public JsonNode awaitMessage(String channel) {
    return frames.await("a message of " + channel, f -> isMessage(f, channel));
  }

  /** An error that answers a command without an id. */
  public JsonNode awaitError(String code) {
    return frames.await(
        "error " + code,
        f -> f.path("type").asText().equals("error") && f.path("code").asText().equals(code));
  }

  /** The server answers a ping, so this connection lives and all before it has been handled. */
  public void assertAlive() {
    JsonNode pong = command("ping");
    if (!pong.path("type").asText().equals("pong")) {
      throw new AssertionError("not a pong: " + pong);
    }
  }

  /** Fails when a message of the channel has come and was not taken. */
  public void assertNoMessage(String channel) {
    frames.assertNone("message of " + channel, f -> isMessage(f, channel));
  }

  /** Fails when any frame has come that was not taken, once everything sent so far is handled. */
  public void assertNothingElse() {
    assertAlive();
    frames.assertNone("further frame", f -> true);
  }

  /** How the server closes the connection. */
  public Closed awaitClose() {
    return awaitClose(Recorder.PATIENCE);
  }

  public Closed awaitClose(Duration patience) {
    return Await.result("the close", patience, closed);
  }

  /** Completes when the connection is over, whoever ended it. */
  public CompletableFuture<Closed> closed() {
    return closed;
  }

  /** Drops the socket without a close frame, like a client that has lost its network. */
  public void cut() {
    socket.abort();
    ended(new Closed(1006, "cut by the test"));
  }

  @Override
  public void close() {
    cut();
  }

  private static boolean isMessage(JsonNode frame, String channel) {
    return frame.path("type").asText().equals("message")
        && frame.path("channel").asText().equals(channel);
  }

  private void heard(JsonNode frame) {
    tap.accept(frame);
    CompletableFuture<JsonNode> reply =
        frame.has("id") ? awaitingReply.remove(frame.get("id").asLong()) : null;
    if (reply == null) {
      frames.record(frame);
    } else {
      reply.complete(frame);
    }
  }

  private void ended(Closed how) {
    closed.complete(how);
    frames.end("the connection was closed: " + how);
    awaitingReply.values().forEach(reply -> reply.completeExceptionally(gone()));
  }

  private Throwable gone() {
    return new IOException("connection closed: " + closed.getNow(null));
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        String frame = text.toString();
        text.setLength(0);
        frame
            .lines()
            .filter(line -> !line.isBlank())
            .map(Json::parse)
            .forEach(WsClient.this::heard);
      }
      webSocket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
      byte[] part = new byte[data.remaining()];
      data.get(part);
      bytes.writeBytes(part);
      if (last) {
        byte[] frame = bytes.toByteArray();
        bytes.reset();
        heard(unpacked(frame));
      }
      webSocket.request(1);
      return null;
    }

    /** By the library itself and not by what is tested: one value a frame. */
    private static JsonNode unpacked(byte[] frame) {
      try (MessageUnpacker unpacker = org.msgpack.core.MessagePack.newDefaultUnpacker(frame)) {
        JsonNode value = Json.parse(unpacker.unpackValue().toJson());
        if (unpacker.hasNext()) {
          throw new AssertionError("two values in a frame, the second behind " + value);
        }
        return value;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
      ended(new Closed(code, reason));
      return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
      ended(new Closed(1006, error.toString()));
    }
  }
}
