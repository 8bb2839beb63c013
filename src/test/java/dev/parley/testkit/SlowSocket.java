package dev.parley.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A WebSocket client that reads only as fast as it is told, and nothing between its calls, as on a
 * bad line: by a socket of its own with the smallest buffer, because any library would read ahead.
 * One thread.
 */
public final class SlowSocket implements AutoCloseable {
  private static final int TEXT = 1;
  private static final int CLOSE = 8;
  private static final int MASKED = 0x80;
  private static final int RECEIVE_BUFFER = 4096;

  private final Socket socket = new Socket();
  private final DataInputStream in;
  private final OutputStream out;
  private long nanosPerByte;

  /** Connects at full speed. */
  public SlowSocket(Person person) {
    URI address = person.server().root();
    try {
      socket.setReceiveBufferSize(RECEIVE_BUFFER);
      socket.setSoTimeout((int) Recorder.PATIENCE.toMillis());
      socket.connect(new InetSocketAddress(address.getHost(), address.getPort()));
      in = new DataInputStream(new Paced(socket.getInputStream()));
      out = socket.getOutputStream();
      var unused = new RawHandshake(person).open(out, in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on it reads so many bytes a second; 0 is as fast as it can. */
  public void bytesPerSecond(int rate) {
    nanosPerByte = rate == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / rate;
  }

  /** Sends a command. */
  public void send(Object... fields) {
    byte[] text = Json.object(fields).toString().getBytes(StandardCharsets.UTF_8);
    if (text.length > 125) {
      throw new IllegalArgumentException("too long for a short frame");
    }
    // A mask of zeros changes nothing.
    ByteBuffer frame = ByteBuffer.allocate(text.length + 6);
    frame.put((byte) (MASKED | TEXT)).put((byte) (MASKED | text.length)).putInt(0).put(text);
    try {
      out.write(frame.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads until an object matches, which is the last one told. */
  public void readUntil(Predicate<JsonNode> last, Consumer<JsonNode> heard) {
    try {
      boolean done = false;
      while (!done) {
        for (String line : frame()) {
          JsonNode object = Json.parse(line);
          heard.accept(object);
          done |= last.test(object);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> frame() throws IOException {
    int opcode = in.readUnsignedByte() & 0x0f;
    int length = in.readUnsignedByte();
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = (int) in.readLong();
    }
    byte[] payload = new byte[length];
    in.readFully(payload);
    if (opcode == CLOSE) {
      throw new EOFException("closed with " + ByteBuffer.wrap(payload).getShort());
    }
    return opcode == TEXT
        ? new String(payload, StandardCharsets.UTF_8).lines().toList()
        : List.of();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Small pieces, each with its time. */
  private final class Paced extends InputStream {
    private static final int PIECE = 512;

    private final InputStream raw;

    Paced(InputStream raw) {
      this.raw = raw;
    }

    @Override
    public int read() throws IOException {
      return raw.read();
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int count = raw.read(into, from, nanosPerByte == 0 ? length : Math.min(length, PIECE));
      if (nanosPerByte > 0) {
        LockSupport.parkNanos(count * nanosPerByte);
      }
      return count;
    }
  }
}
