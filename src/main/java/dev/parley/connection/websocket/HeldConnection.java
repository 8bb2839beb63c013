package dev.parley.connection.websocket;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.WebConnection;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The container's connection, with an input that holds only what Tyrus is to see, and an output in
 * turn with what is written directly. It is closed when what waits to be written has left, or after
 * a while. It is not closed at once when it is new: closing gives the request's objects back to the
 * server's pool, and when the server's thread is still busy with the handshake, the next request
 * gets them while they are in use. Seen on Payara Micro 6.2025.10 when a refused client answered
 * the close frame quickly.
 */
@SuppressWarnings("try") // WebConnection.close may throw anything
final class HeldConnection implements WebConnection {
  private static final System.Logger LOG = System.getLogger(HeldConnection.class.getName());

  /** By far longer than the rest of a handshake takes, and too short for anybody to notice. */
  private static final long SETTLED_MS = 500;

  /** How long a peer that reads slowly has for what was written before the end. */
  private static final long LAST_WORDS_MS = 5_000;

  private final WebConnection container;
  private final HeldInput held;
  private final SocketWriter writer;
  private final HeldOutput output;
  private final long openedAt = System.nanoTime();

  HeldConnection(WebConnection container, HeldInput held, SocketWriter writer) {
    this.container = container;
    this.held = held;
    this.writer = writer;
    this.output = new HeldOutput(writer);
  }

  @Override
  public ServletInputStream getInputStream() {
    return held;
  }

  @Override
  public ServletOutputStream getOutputStream() {
    return output;
  }

  @Override
  public void close() throws Exception {
    long age = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - openedAt);
    long rest = writer.isFlushed() ? SETTLED_MS - age : LAST_WORDS_MS;
    if (rest <= 0) {
      container.close();
    } else {
      CompletableFuture.delayedExecutor(rest, TimeUnit.MILLISECONDS, Runnable::run)
          .execute(this::closeQuietly);
    }
  }

  private void closeQuietly() {
    try {
      container.close();
    } catch (Exception e) {
      LOG.log(Level.DEBUG, "A connection was closed already: {0}", e.toString());
    }
  }
}
