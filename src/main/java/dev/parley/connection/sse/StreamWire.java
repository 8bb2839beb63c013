package dev.parley.connection.sse;

import dev.parley.connection.Connection;
import dev.parley.delivery.Joined;
import dev.parley.delivery.OutboundFrame;
import dev.parley.protocol.CloseCode;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes an event stream without blocking: bytes go out only while the container says that it is
 * ready, and a write is done when it is ready again. The dispatcher and the container's threads
 * meet here, under this object's lock.
 */
final class StreamWire implements Connection.Wire, WriteListener {
  /** A comment, which keeps proxies from closing a quiet stream. */
  private static final byte[] HEARTBEAT = new EventText().comment("").end().bytes();

  private final AsyncContext context;
  private final StreamEncoder encoder;

  // Guarded by this.
  private @Nullable ServletOutputStream out;
  private @Nullable Runnable closed;
  private byte @Nullable [] waiting;
  private @Nullable Written written;
  private @Nullable StreamSink sink;
  private boolean begun;
  private boolean flushed = true;
  private boolean ended;

  StreamWire(AsyncContext context, StreamEncoder encoder) {
    this.context = context;
    this.encoder = encoder;
  }

  /** The first bytes and the headers leave now; {@code whenClosed} is told of the end. */
  void start(Duration retry, Runnable whenClosed) throws IOException {
    ServletOutputStream stream = context.getResponse().getOutputStream();
    synchronized (this) {
      if (ended) {
        whenClosed.run();
        return;
      }
      closed = whenClosed;
      byte[] first = new EventText().retry(retry.toMillis()).end().bytes();
      waiting = waiting == null ? first : joined(first, waiting);
      out = stream;
    }
    stream.setWriteListener(this);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  void begin(List<Joined> joined) {
    encoder.begin(joined);
  }

  @Override
  public void joined(Joined channel) {
    encoder.begin(List.of(channel));
  }

  /** This stream for whoever knows JAX-RS; always the same one. */
  synchronized StreamSink sink() {
    StreamSink known = sink;
    if (known == null) {
      known = new StreamSink(this, encoder.isNamed());
      sink = known;
      if (ended) {
        known.ended();
      }
    }
    return known;
  }

  /** The sink has something. */
  synchronized void wake() {
    drain();
  }

  @Override
  public String kind() {
    return "sse";
  }

  @Override
  public boolean isTwoWay() {
    return false;
  }

  @Override
  public void write(List<OutboundFrame> frames, Written whenWritten) {
    byte[] bytes = encoder.encode(frames);
    synchronized (this) {
      if (!ended) {
        waiting = waiting == null ? bytes : joined(waiting, bytes);
        written = whenWritten;
        begun = true;
        drain();
        return;
      }
    }
    whenWritten.done(new IOException("the stream has ended"));
  }

  @Override
  public void onWritePossible() {
    synchronized (this) {
      drain();
    }
  }

  /** Hands over what waits while the container is ready; otherwise it calls back. */
  private void drain() {
    ServletOutputStream stream = out;
    if (stream == null || ended) {
      return;
    }
    try {
      while (stream.isReady()) {
        if (waiting != null) {
          byte[] bytes = waiting;
          waiting = null;
          flushed = false;
          stream.write(bytes);
        } else if (!flushed) {
          flushed = true;
          stream.flush();
        } else if (!isMoreThere()) {
          return;
        }
      }
    } catch (IOException | RuntimeException e) {
      fail(e);
    }
  }

  /** All has been handed over: says so, and takes what the sink has, behind {@code connected}. */
  private boolean isMoreThere() {
    Written told = written;
    written = null;
    if (told != null) {
      told.done(null);
    }
    if (waiting == null && begun && sink != null) {
      waiting = sink.take();
    }
    return waiting != null;
  }

  @Override
  public void onError(Throwable failure) {
    synchronized (this) {
      fail(failure);
    }
  }

  private void fail(Throwable failure) {
    Written told = written;
    written = null;
    end();
    if (told != null) {
      told.done(failure);
    }
  }

  /** The container never tells of the end after a failed write: this does. */
  private void end() {
    if (ended) {
      return;
    }
    ended = true;
    try {
      context.complete();
    } catch (IllegalStateException e) {
      // The container was first.
    }
    waiting = null;
    out = null;
    if (sink != null) {
      sink.ended();
    }
    if (closed != null) {
      closed.run();
    }
  }

  /** A comment, through {@link #write}'s own path so that it never comes between two halves. */
  @Override
  public void heartbeat() {
    synchronized (this) {
      if (waiting == null && written == null) {
        waiting = HEARTBEAT;
        drain();
      }
    }
  }

  @Override
  public void reconnectIn(long ms) {
    encoder.retry(ms);
  }

  @Override
  public void close(CloseCode code) {
    synchronized (this) {
      end();
    }
  }
}
