package dev.parley.connection.websocket;

import dev.parley.delivery.Transport.Written;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a socket that does not block, in the order of the calls: at once what it takes, and the
 * rest when it has room again. Any thread; never blocks.
 */
final class SocketWriter {
  /**
   * Writes that may wait: one of the connection's queue, a few pings, and the answers to those of a
   * peer that sends them without end and reads nothing.
   */
  private static final int MAX_WAITING = 64;

  /** What the operating system can take without another copy; one a thread. */
  private static final class Outgoing {
    /** The largest write of a queue, mostly; whatever is larger is written in parts. */
    private static final int SIZE = 128 << 10;

    private final ByteBuffer direct = ByteBuffer.allocateDirect(SIZE);
    private byte @Nullable [] content;

    /** Writes what the channel takes; how much that was. */
    int write(byte[] bytes, WritableByteChannel channel) throws IOException {
      if (bytes.length > SIZE) {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        writeInParts(from, channel);
        return from.position();
      }
      if (bytes != content) {
        content = bytes;
        direct.clear().put(bytes);
      }
      direct.position(0).limit(bytes.length);
      return channel.write(direct);
    }

    /**
     * Writes what the channel takes. For each write the JDK copies all that is left of an array,
     * however little of it is taken.
     */
    static void writeInParts(ByteBuffer from, WritableByteChannel channel) throws IOException {
      int end = from.limit();
      int asked;
      int taken;
      do {
        asked = Math.min(SIZE, end - from.position());
        from.limit(from.position() + asked);
        try {
          taken = channel.write(from);
        } finally {
          from.limit(end);
        }
      } while (taken == asked && from.hasRemaining());
    }
  }

  /** Members of one channel are mostly written the same bytes, one after the other. */
  private static final ThreadLocal<Outgoing> OUTGOING = ThreadLocal.withInitial(Outgoing::new);

  private record Waiting(ByteBuffer bytes, Written written) {}

  private final WritableByteChannel channel;
  private final Runnable tellWhenWritable;

  // Guarded by this.
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(0);
  private @Nullable IOException ended;

  /**
   * @param tellWhenWritable asks for a call of {@link #writable} when there is room again
   */
  SocketWriter(WritableByteChannel channel, Runnable tellWhenWritable) {
    this.channel = channel;
    this.tellWhenWritable = tellWhenWritable;
  }

  /** Writes all the bytes, then tells, perhaps within the call. They must not change, ever. */
  void write(byte[] bytes, Written written) {
    IOException failure = null;
    synchronized (this) {
      try {
        if (!taken(bytes, written)) {
          tellWhenWritable.run();
          return;
        }
      } catch (IOException e) {
        failure = e;
      }
    }
    written.done(failure);
  }

  /** Whether all of it was taken; the rest waits. */
  private boolean taken(byte[] bytes, Written written) throws IOException {
    if (ended != null) {
      throw ended;
    }
    int count = 0;
    if (waiting.isEmpty()) {
      count = OUTGOING.get().write(bytes, channel);
      if (count == bytes.length) {
        return true;
      }
    } else if (waiting.size() >= MAX_WAITING) {
      throw new IOException("the peer takes nothing");
    }
    waiting.add(new Waiting(ByteBuffer.wrap(bytes, count, bytes.length - count), written));
    return false;
  }

  /** The socket has room again. */
  void writable() {
    List<Written> done = new ArrayList<>(1);
    IOException failure = null;
    synchronized (this) {
      try {
        drain(done);
      } catch (IOException e) {
        failure = e;
      }
    }
    done.forEach(written -> written.done(null));
    if (failure != null) {
      end(failure);
    }
  }

  private void drain(List<Written> done) throws IOException {
    Waiting first = waiting.peek();
    while (first != null) {
      Outgoing.writeInParts(first.bytes, channel);
      if (first.bytes.hasRemaining()) {
        tellWhenWritable.run();
        return;
      }
      done.add(waiting.remove().written);
      first = waiting.peek();
    }
  }

  /** The connection is gone: what waits, and what comes, fails. */
  void end() {
    end(new ClosedChannelException());
  }

  private void end(IOException failure) {
    List<Waiting> lost;
    synchronized (this) {
      ended = failure;
      lost = List.copyOf(waiting);
      waiting.clear();
    }
    lost.forEach(one -> one.written.done(failure));
  }

  synchronized boolean isFlushed() {
    return waiting.isEmpty();
  }
}
