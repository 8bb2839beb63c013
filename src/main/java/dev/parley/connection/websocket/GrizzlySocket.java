package dev.parley.connection.websocket;

import dev.parley.delivery.Transport.Written;
import dev.parley.delivery.Watched;
import dev.parley.platform.Stage;
import dev.parley.platform.Stage.Part;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import org.glassfish.grizzly.CloseListener;
import org.glassfish.grizzly.CloseType;
import org.glassfish.grizzly.Closeable;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;
import org.glassfish.tyrus.servlet.TyrusHttpUpgradeHandler;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RawSocket} that stands between the container and Tyrus. Tyrus schedules a task on the
 * server's scheduler for each message in either direction, which costs more than everything else
 * about it; what this class reads and writes never reaches Tyrus. Public because the container
 * makes it.
 */
public final class GrizzlySocket extends TyrusHttpUpgradeHandler implements RawSocket, Watched {
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
  private @Nullable SocketWriter writer;
  private @Nullable Compression compression;
  private @Nullable Runnable answered;
  private @Nullable HeldInput input;
  private @Nullable FrameReader reader;
  private volatile @Nullable Listener listener;

  /**
   * @param agreed what compresses the messages; null when the client has not asked for it
   * @param whenAnswered run by the thread of the handshake when its answer has left
   */
  void attach(TCPNIOConnection grizzly, @Nullable Compression agreed, Runnable whenAnswered) {
    answered = whenAnswered;
    connection = grizzly;
    writer = new SocketWriter((SocketChannel) grizzly.getChannel(), this::tellWhenWritable);
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

  private SocketWriter writer() {
    return Objects.requireNonNull(writer, "attached when the container made it");
  }

  private SocketChannel channel() {
    return (SocketChannel) connection().getChannel();
  }

  private void tellWhenWritable() {
    Listener told = listener;
    if (told != null) {
      told.tellWhenWritable(channel());
    }
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
    RawSockets.open(this, () -> super.init(new HeldConnection(container, held, writer())));
    handshakeIsOver();
    Listener told = listener;
    if (told == null) {
      // Nobody has taken it: the server reads until the client has answered the close frame.
      held.readByContainer();
    } else {
      takeOver(held, told);
    }
  }

  private void handshakeIsOver() {
    if (answered != null) {
      answered.run();
      answered = null;
    }
  }

  /**
   * Takes reading over from the container, whose way from the selector to the application passes
   * three threads and five filters. It never asks for more as long as nobody asks it.
   */
  private void takeOver(HeldInput held, Listener told) {
    byte[] buffer = BUFFER.get();
    try {
      for (int count = held.takeRead(buffer); count > 0; count = held.takeRead(buffer)) {
        take(buffer, count);
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "A connection was broken: {0}", e.toString());
      end();
    }
    told.watch(channel(), this);
  }

  @Override
  public void listen(Listener newListener) {
    listener = newListener;
    CloseListener<Closeable, CloseType> told =
        (closed, type) -> {
          writer().end();
          newListener.ended();
        };
    connection().addCloseListener(told);
  }

  /** Reads once, so that one busy client does not hold up those beside it. */
  @Override
  public void readable() {
    Stage stage = Stage.start();
    byte[] buffer = BUFFER.get();
    try {
      int count = channel().read(ByteBuffer.wrap(buffer));
      if (count < 0) {
        end();
      } else {
        take(buffer, count);
        stage.end(Part.ACCEPT, 1);
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
  public void writable() {
    writer().writable();
  }

  @Override
  public void write(byte[] frames, Written written) {
    writer().write(frames, written);
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
}
