package dev.parley.connection.sse;

import dev.parley.delivery.OutboundFrame;
import dev.parley.message.Cursors;
import dev.parley.protocol.CloseCode;
import dev.parley.security.Callers;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** A stream whose client reads, or does not, as a test wants it. For one thread. */
final class FakeStream {
  private final ByteArrayOutputStream arrived = new ByteArrayOutputStream();
  private final Output output = new Output();
  final StreamWire wire;
  boolean ready = true;

  /** After how many looks it is no longer ready. */
  int readyTimes = Integer.MAX_VALUE;

  boolean broken;
  int ends;

  FakeStream(boolean named) throws IOException {
    this(named, false);
  }

  FakeStream(boolean named, boolean endsFirst) throws IOException {
    ServletResponse response = fake(ServletResponse.class, (proxy, method, arguments) -> output);
    AsyncContext context =
        fake(
            AsyncContext.class,
            (proxy, method, arguments) -> method.getName().equals("getResponse") ? response : null);
    wire =
        new StreamWire(context, new StreamEncoder(new Cursors().writer(Callers.of("ann")), named));
    if (endsFirst) {
      wire.close(CloseCode.SERVER_ERROR);
    }
    wire.start(Duration.ofSeconds(3), () -> ends++);
    if (output.listener != null) {
      output.listener.onWritePossible();
    }
  }

  private static <T> T fake(Class<T> type, InvocationHandler answers) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, answers));
  }

  /** Writes as the outbound queue does; says whether the write has ended. */
  BooleanSupplier write(String event, String json) {
    AtomicBoolean written = new AtomicBoolean();
    wire.write(List.of(OutboundFrame.control(event, json)), failure -> written.set(true));
    return written::get;
  }

  /** The client reads again. */
  void readOn() throws IOException {
    ready = true;
    readyTimes = Integer.MAX_VALUE;
    output.listener.onWritePossible();
  }

  /** Takes what has arrived. */
  String arrived() {
    String text = arrived.toString(StandardCharsets.UTF_8);
    arrived.reset();
    return text;
  }

  private final class Output extends ServletOutputStream {
    private WriteListener listener;

    @Override
    public boolean isReady() {
      return ready && readyTimes-- > 0;
    }

    @Override
    public void setWriteListener(WriteListener writeListener) {
      listener = writeListener;
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (broken) {
        throw new IOException("broken pipe");
      }
      arrived.write(bytes, offset, length);
    }
  }
}
