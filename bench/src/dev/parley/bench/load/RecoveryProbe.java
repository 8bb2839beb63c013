package dev.parley.bench.load;

import dev.parley.bench.server.ParleyServer;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One WebSocket that asks for what it has missed of a channel, again and again. One thread. */
public final class RecoveryProbe implements WebSocket.Listener, AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final StringBuilder partial = new StringBuilder();
  private final String channel;
  private final WebSocket socket;
  private long id = 1;

  /** Connects. */
  public RecoveryProbe(ParleyServer server, String token, String channel) {
    this.channel = channel;
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .subprotocols("parley.v1.json")
            .header("Authorization", "Bearer " + token)
            .buildAsync(server.address("ws", "/ws"), this)
            .join();
    String unused = await("\"type\":\"connected\"");
  }

  /**
   * Subscribes from a position on, and leaves again.
   *
   * @return nanoseconds from asking until everything is there
   * @throws IllegalStateException when it is not what was missed
   */
  public long recover(String epoch, long offset, int missed) {
    String position = "{\"epoch\":\"" + epoch + "\",\"offset\":" + offset + '}';
    long begin = System.nanoTime();
    say("subscribe", ",\"recover\":" + position);
    String answer = await("\"type\":\"subscribed\"");
    long end = System.nanoTime();
    int messages = answer.split("\"messageId\"", -1).length - 1;
    if (!answer.contains("\"recovered\":true") || messages != missed) {
      throw new IllegalStateException(messages + " messages in " + begin(answer));
    }
    say("unsubscribe", "");
    String unused = await("\"type\":\"unsubscribed\"");
    return end - begin;
  }

  private void say(String type, String more) {
    id++;
    String frame =
        "{\"id\":" + id + ",\"type\":\"" + type + "\",\"channel\":\"" + channel + '"' + more + '}';
    socket.sendText(frame, true).join();
  }

  /** The next line with this text; an error ends the run. */
  private String await(String text) {
    try {
      while (true) {
        String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (line == null || line.contains("\"type\":\"error\"")) {
          throw new IllegalStateException("no " + text + " but " + line);
        }
        if (line.contains(text)) {
          return line;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String begin(String answer) {
    return answer.substring(0, Math.min(300, answer.length()));
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
    partial.append(text);
    if (last) {
      String frame = partial.toString();
      partial.setLength(0);
      frame.lines().forEach(lines::add);
    }
    from.request(1);
    return null;
  }

  @Override
  public void close() {
    socket.abort();
  }
}
