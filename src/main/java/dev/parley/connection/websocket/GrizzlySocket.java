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
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
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

  /**
   * What the operating system may take for a peer that does not read as fast; Linux doubles it. On
   * its own it takes up to 4 MB, and what has been taken nothing can overtake: at 5 KB/s an alarm
   * would wait for a quarter of an hour. With this, a line with 100 ms of delay still carries about
   * a megabyte a second for each connection.
   */
  private static final int SEND_BUFFER = 64 << 10;

  /** One a thread, because most connections are silent most of the time. */
  private static final ThreadLocal<byte[]> BUFFER =
      ThreadLocal.withInitial(() -> new byte[READ_BUFFER]);

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
    try {
      // Grizzly's own setting only ever makes it larger.
      ((NetworkChannel) grizzly.getChannel())
          .setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "A connection ended during its handshake: {0}", e.toString());
    }
  }

  @Override
  public @Nullable Compression compression() {
    return compression;
  }

  private HeldInput input() {
    return Objects.requireNonNull(input, "the container initialises before it reads");
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
    RawSockets.open(this, () -> super.init(new HeldConnection(container, held)));
    Listener told = listener;
    if (told == null) {
      // Nobody has taken it: the server reads until the client has answered the close frame.
      held.readByContainer();
    } else {
      takeOver(held, told);
    }
  }

  /**
   * Takes reading over from the container, whose way from the selector to the application passes
   * three threads and five filters. It never asks for more as long as nobody asks it.
   */
  private void takeOver(HeldInput held, Listener told) {
    SocketChannel channel = (SocketChannel) connection().getChannel();
    byte[] buffer = BUFFER.get();
    try {
      for (int count = held.takeRead(buffer); count > 0; count = held.takeRead(buffer)) {
        take(buffer, count);
      }
      told.watch(channel, () -> read(channel));
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "A connection was broken: {0}", e.toString());
      end();
    }
  }

  @Override
  public void listen(Listener newListener) {
    listener = newListener;
    CloseListener<Closeable, CloseType> told = (closed, type) -> newListener.ended();
    connection().addCloseListener(told);
  }

  /** Reads once, so that one busy client does not hold up those beside it. */
  private void read(SocketChannel channel) {
    byte[] buffer = BUFFER.get();
    try {
      int count = channel.read(ByteBuffer.wrap(buffer));
      if (count < 0) {
        end();
      } else {
        take(buffer, count);
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "A connection was broken: {0}", e.toString());
      end();
    }
  }

  private void take(byte[] buffer, int count) {
    HeldInput held = input();
    FrameReader frames = Objects.requireNonNull(reader, "made beside the input");
    frames.read(buffer, count);
    if (held.available() > 0) {
      super.onDataAvailable();
    }
  }

  /** The peer is gone: Tyrus is told what the container would have told it. */
  private void end() {
    super.onAllDataRead();
    connection().closeSilently();
  }

  /** The container has read something; only while nobody has taken it over. */
  @Override
  public void onDataAvailable() {
    HeldInput held = input();
    byte[] buffer = BUFFER.get();
    try {
      while (held.isRawReady()) {
        int count = held.readRaw(buffer);
        if (count <= 0) {
          break;
        }
        take(buffer, count);
      }
    } catch (IOException e) {
      super.onError(e);
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
    private @Nullable ReadListener listener;

    HeldInput(ServletInputStream raw) {
      this.raw = raw;
    }

    /** Lets the container read, and tell of it. */
    void readByContainer() {
      if (listener != null) {
        raw.setReadListener(listener);
      }
    }

    /** What the container has read along with the handshake; 0 when there is no more. */
    int takeRead(byte[] buffer) throws IOException {
      // Never more than is there: it would block.
      int count = Math.min(buffer.length, raw.available());
      return count <= 0 ? 0 : raw.read(buffer, 0, count);
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
      listener = readListener;
    }
  }
}
