package dev.parley.connection.sse;

import dev.parley.protocol.CloseCode;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.SseEventSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * An open stream as JAX-RS knows it, beside the messages that the stream carries anyway. {@link
 * #send} never blocks, which the reference server's own sink does. What is sent leaves in its order
 * between the stream's writes, after {@code connected}. Any thread.
 *
 * <p>An event's id is left out: the ids of these streams are cursors, and a browser that reconnects
 * with another one would be refused.
 */
final class StreamSink implements SseEventSink {
  /**
   * Most bytes that wait for one client. What is said to everybody is short and rare; who has this
   * much of it waiting does not read.
   */
  static final int LIMIT = 64 << 10;

  /** Text on its way, and who is told of it. */
  private static final class Queued {
    final byte[] bytes;
    final CompletableFuture<@Nullable Void> sent = new CompletableFuture<>();

    Queued(byte[] bytes) {
      this.bytes = bytes;
    }
  }

  private final boolean named;

  // Guarded by this.
  private @Nullable StreamWire wire;
  private List<Queued> waiting = new ArrayList<>(0);
  private List<Queued> underWay = List.of();
  private int size;

  /**
   * @param named whether events have their names; otherwise all are {@code message}
   */
  StreamSink(StreamWire wire, boolean named) {
    this.wire = wire;
    this.named = named;
  }

  /**
   * Queues an event whose data, if it has any, is a {@code String}.
   *
   * @return done when the event was handed to the socket; failed with an {@link IOException} when
   *     the stream has ended before or too much is waiting, with an {@link
   *     IllegalArgumentException} when the data is no text
   * @throws IllegalStateException when the stream has ended, by which a broadcaster forgets it
   */
  @Override
  public CompletionStage<?> send(OutboundSseEvent event) {
    if (event.getData() != null && !(event.getData() instanceof String)) {
      return CompletableFuture.failedFuture(
          new IllegalArgumentException("the data of an event must be a String"));
    }
    Queued queued = new Queued(text(event));
    StreamWire open;
    synchronized (this) {
      open = wire;
      if (open == null) {
        throw new IllegalStateException("the stream has ended");
      }
      if (size + queued.bytes.length > LIMIT) {
        return CompletableFuture.failedFuture(new IOException("too much is waiting"));
      }
      size += queued.bytes.length;
      waiting.add(queued);
    }
    open.wake();
    return queued.sent;
  }

  private byte[] text(OutboundSseEvent event) {
    EventText text = new EventText();
    if (event.getComment() != null) {
      text.comment(event.getComment());
    }
    if (named && event.getName() != null) {
      text.event(event.getName());
    }
    if (event.isReconnectDelaySet()) {
      text.retry(event.getReconnectDelay());
    }
    if (event.getData() instanceof String data) {
      text.data(data);
    }
    return text.end().bytes();
  }

  /** What was taken before has been handed to the socket; takes what has gathered, or null. */
  synchronized byte @Nullable [] take() {
    underWay.forEach(one -> one.sent.completeAsync(() -> null));
    underWay = List.of();
    if (waiting.isEmpty()) {
      return null;
    }
    ByteBuffer all = ByteBuffer.allocate(size);
    waiting.forEach(one -> all.put(one.bytes));
    underWay = waiting;
    waiting = new ArrayList<>(0);
    size = 0;
    return all.array();
  }

  /** The stream has ended. Nothing of it is held any more, since a broadcaster may hold this. */
  synchronized void ended() {
    wire = null;
    List<Queued> lost = new ArrayList<>(underWay);
    lost.addAll(waiting);
    underWay = List.of();
    waiting = List.of();
    IOException why = new IOException("the stream has ended");
    for (Queued one : lost) {
      // Elsewhere, because whoever hears of it may do anything.
      CompletableFuture<?> unused =
          CompletableFuture.runAsync(() -> one.sent.completeExceptionally(why));
    }
  }

  @Override
  public synchronized boolean isClosed() {
    return wire == null;
  }

  /** Ends the stream; the client will reconnect. More than once does no harm. */
  @Override
  public void close() {
    StreamWire open;
    synchronized (this) {
      open = wire;
    }
    if (open != null) {
      open.close(CloseCode.DRAINING);
    }
  }
}
