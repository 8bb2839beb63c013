package dev.parley.bench.load;

import dev.parley.bench.measure.Latencies;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One of them. Lines are what it counts, because a frame may carry several. The client library
 * calls one listener method at a time; what a run leaves is read after its latch.
 */
final class WebSocketPublisher implements WebSocket.Listener {
  private final String channel;
  private final String data;
  private final boolean keys;
  private final StringBuilder partial = new StringBuilder();

  private @Nullable WebSocket socket;
  private CompletableFuture<?> sent = CompletableFuture.completedFuture(null);
  private Latencies latencies = new Latencies();
  private CountDownLatch done = new CountDownLatch(0);
  private long deadline;
  private long sentAt;
  private long id;
  private String answerBegin = "none yet";
  private final AtomicLong failed = new AtomicLong();

  WebSocketPublisher(String channel, int payload, boolean keys) {
    this.channel = channel;
    this.data = '"' + "x".repeat(Math.max(0, payload - 2)) + '"';
    this.keys = keys;
  }

  void connect(HttpClient http, URI address, String token) {
    socket =
        http.newWebSocketBuilder()
            .subprotocols("parley.v1.json")
            .header("Authorization", "Bearer " + token)
            .buildAsync(address, this)
            .join();
  }

  void start(long newDeadline, CountDownLatch newDone) {
    latencies = new Latencies();
    failed.set(0);
    deadline = newDeadline;
    done = newDone;
    next();
  }

  private void next() {
    if (System.nanoTime() >= deadline || socket == null) {
      done.countDown();
      return;
    }
    id++;
    answerBegin = "{\"id\":" + id + ",";
    String key = keys ? ",\"key\":\"" + UUID.randomUUID() + '"' : "";
    String frame =
        answerBegin
            + "\"type\":\"publish\",\"channel\":\""
            + channel
            + "\",\"data\":"
            + data
            + key
            + '}';
    sentAt = System.nanoTime();
    sent = socket.sendText(frame, true);
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
    partial.append(text);
    if (last) {
      String frame = partial.toString();
      partial.setLength(0);
      frame.lines().forEach(this::line);
    }
    from.request(1);
    return null;
  }

  private void line(String line) {
    if (!line.startsWith(answerBegin)) {
      return;
    }
    if (line.startsWith("\"type\":\"published\"", answerBegin.length())) {
      latencies.record(System.nanoTime() - sentAt);
    } else {
      failed.incrementAndGet();
    }
    // The answer can be here before the library has noticed the end of its own write.
    CompletableFuture<?> unused = sent.thenRun(this::next);
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    failed.incrementAndGet();
    done.countDown();
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void onError(WebSocket from, Throwable failure) {
    failed.incrementAndGet();
    done.countDown();
  }

  Latencies latencies() {
    return latencies;
  }

  long failed() {
    return failed.get();
  }

  void close() {
    if (socket != null) {
      socket.abort();
    }
  }
}
