package dev.parley.connection.websocket;

import dev.parley.delivery.Transport.Written;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.CloseListener;
import org.glassfish.grizzly.CloseType;
import org.glassfish.grizzly.Closeable;
import org.glassfish.grizzly.EmptyCompletionHandler;
import org.glassfish.grizzly.WriteResult;
import org.glassfish.grizzly.asyncqueue.WritableMessage;
import org.glassfish.grizzly.memory.Buffers;
import org.glassfish.grizzly.memory.MemoryManager;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;
import org.glassfish.grizzly.nio.transport.TCPNIOTransport;
import org.glassfish.tyrus.servlet.TyrusHttpUpgradeHandler;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RawSocket} that stands between the container and Tyrus. Tyrus schedules a task on the
 * server's scheduler for each message in either direction, which costs more than everything else
 * about it; what this class reads and writes never reaches Tyrus. Public because the container
 * makes it.
 */
public final class GrizzlySocket extends TyrusHttpUpgradeHandler implements RawSocket {
  private static final System.Logger LOG = System.getLogger(GrizzlySocket.class.getName());

  private static final int READ_BUFFER = 8 << 10;

  /** One a thread, because most connections are silent most of the time. */
  private static final ThreadLocal<byte[]> BUFFER =
      ThreadLocal.withInitial(() -> new byte[READ_BUFFER]);

  private final CountDownLatch opened = new CountDownLatch(1);
  private @Nullable TCPNIOConnection connection;
  private @Nullable Compression compression;
  private @Nullable HeldInput input;
  private @Nullable FrameReader reader;
  private volatile @Nullable Listener listener;

  /**
   * @param agreed what compresses the messages; null when the client has not asked for it
   */
  void attach(TCPNIOConnection grizzly, @Nullable Compression agreed) {
    connection = grizzly;
    compression = agreed;
  }

  @Override
  public @Nullable Compression compression() {
    return compression;
  }

  private TCPNIOConnection connection() {
    return Objects.requireNonNull(connection, "attached when the container made it");
  }

  @Override
  public void init(WebConnection container) {
    HeldInput held;
    try {
      held = new HeldInput(container.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    input = held;
    reader = new FrameReader(new Incoming(held), WebSocketEndpoint.MAX_FRAME, compression);
    try {
      RawSockets.open(this, () -> super.init(new HeldConnection(container, held)));
    } finally {
      opened.countDown();
    }
  }

  @Override
  public void listen(Listener newListener) {
    listener = newListener;
    CloseListener<Closeable, CloseType> told = (closed, type) -> newListener.ended();
    connection().addCloseListener(told);
  }

  /** The server has something to read. The container calls this from one thread at a time. */
  @Override
  public void onDataAvailable() {
    HeldInput held = Objects.requireNonNull(input, "the container initialises before it reads");
    FrameReader frames = Objects.requireNonNull(reader, "made beside the input");
    try {
      opened.await();
      byte[] buffer = BUFFER.get();
      while (held.isRawReady()) {
        int count = held.readRaw(buffer);
        if (count <= 0) {
          break;
        }
        frames.read(buffer, count);
      }
      if (held.hasNews()) {
        super.onDataAvailable();
      }
    } catch (IOException e) {
      super.onError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void write(byte[] frames, Written written) {
    TCPNIOConnection grizzly = connection();
    Buffer buffer = Buffers.wrap(MemoryManager.DEFAULT_MEMORY_MANAGER, frames);
    ((TCPNIOTransport) grizzly.getTransport())
        .getWriter(false)
        .write(
            grizzly,
            buffer,
            new EmptyCompletionHandler<WriteResult<WritableMessage, SocketAddress>>() {
              @Override
              public void completed(WriteResult<WritableMessage, SocketAddress> result) {
                written.done(null);
              }

              @Override
              public void failed(Throwable failure) {
                written.done(failure);
              }

              @Override
              public void cancelled() {
                written.done(new IOException("the write was cancelled"));
              }
            });
  }

  @Override
  public void abort() {
    connection().terminateSilently();
  }

  /** Where what was read goes. */
  private final class Incoming implements FrameReader.Sink {
    private final HeldInput held;

    Incoming(HeldInput held) {
      this.held = held;
    }

    @Override
    public void text(String message) {
      Listener told = listener;
      if (told != null) {
        told.text(message);
      }
    }

    @Override
    public void binary(byte[] message) {
      Listener told = listener;
      if (told != null) {
        told.binary(message);
      }
    }

    @Override
    public void pong() {
      Listener told = listener;
      if (told != null) {
        told.heard();
      }
    }

    @Override
    public void leave(byte[] frame) {
      held.hold(frame);
    }
  }

  /**
   * The container's connection with an input that holds only what Tyrus is to see. It is not closed
   * at once when it is new: closing gives the request's objects back to the server's pool, and when
   * the server's thread is still busy with the handshake, the next request gets them while they are
   * in use. Seen on Payara Micro 6.2025.10 when a refused client answered the close frame quickly.
   */
  @SuppressWarnings("try") // WebConnection.close may throw anything
  private static final class HeldConnection implements WebConnection {
    /** By far longer than the rest of a handshake takes, and too short for anybody to notice. */
    private static final long SETTLED_MS = 500;

    private final WebConnection container;
    private final HeldInput held;
    private final long openedAt = System.nanoTime();

    HeldConnection(WebConnection container, HeldInput held) {
      this.container = container;
      this.held = held;
    }

    @Override
    public ServletInputStream getInputStream() {
      return held;
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
      return container.getOutputStream();
    }

    @Override
    public void close() throws Exception {
      long age = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - openedAt);
      if (age >= SETTLED_MS) {
        container.close();
      } else {
        CompletableFuture.delayedExecutor(SETTLED_MS - age, TimeUnit.MILLISECONDS, Runnable::run)
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

  /** What is read from the connection, and what of it is held for Tyrus. */
  private static final class HeldInput extends ServletInputStream {
    private static final byte[] NOTHING = {};

    private final ServletInputStream raw;
    private byte[] held = NOTHING;
    private int position;
    private boolean ended;

    HeldInput(ServletInputStream raw) {
      this.raw = raw;
    }

    boolean isRawReady() {
      return !ended && raw.isReady();
    }

    int readRaw(byte[] buffer) throws IOException {
      int count = raw.read(buffer);
      ended |= count < 0;
      return count;
    }

    void hold(byte[] frame) {
      int left = held.length - position;
      byte[] both = new byte[left + frame.length];
      System.arraycopy(held, position, both, 0, left);
      System.arraycopy(frame, 0, both, left, frame.length);
      held = both;
      position = 0;
    }

    boolean hasNews() {
      return ended || available() > 0;
    }

    @Override
    public int available() {
      return held.length - position;
    }

    @Override
    public int read() {
      if (available() == 0) {
        return -1;
      }
      int next = held[position++] & 0xff;
      forget();
      return next;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      if (available() == 0) {
        return ended ? -1 : 0;
      }
      int count = Math.min(length, available());
      System.arraycopy(held, position, into, offset, count);
      position += count;
      forget();
      return count;
    }

    private void forget() {
      if (position == held.length) {
        held = NOTHING;
        position = 0;
      }
    }

    @Override
    public boolean isFinished() {
      return ended && available() == 0;
    }

    @Override
    public boolean isReady() {
      return available() > 0;
    }

    @Override
    public void setReadListener(ReadListener readListener) {
      raw.setReadListener(readListener);
    }
  }
}
