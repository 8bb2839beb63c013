package dev.parley.connection.websocket;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Compresses and reads messages by permessage-deflate without context takeover (RFC 7692, section
 * 7.2). What it holds outside the heap belongs to the threads that are at it and not to
 * connections, and is given back by {@link #end}. Never blocks. Any thread.
 */
final class Compression {
  /**
   * The fastest level: a quarter of the time of the usual one for a quarter more bytes, because a
   * dispatcher that compresses writes to nobody meanwhile.
   */
  private static final int LEVEL = Deflater.BEST_SPEED;

  /**
   * Longest message that is compressed, in bytes. Only the answer to a recovery is longer, up to 30
   * MB, which would keep everybody else on its dispatcher waiting for more than 100 ms.
   */
  private static final int LONGEST = 4 << 20;

  /** Kept for the next message; a compressor has 256 KiB, and few threads are at it at once. */
  private static final int KEPT = 8;

  /** What the sender leaves out, and an empty last block by which the end is recognised. */
  private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff, 3, 0};

  private static final int LEFT_OUT = 4;

  private final int above;
  private final Pool<Deflater> deflaters =
      new Pool<>(() -> new Deflater(LEVEL, true), Deflater::reset, Deflater::end);
  private final Pool<Inflater> inflaters =
      new Pool<>(() -> new Inflater(true), Inflater::reset, Inflater::end);

  /**
   * @param above bytes up to which a message stays as it is
   */
  Compression(int above) {
    this.above = above;
  }

  /**
   * The server's frames with each message above the threshold compressed, where that makes it
   * smaller.
   *
   * @param frames complete frames, side by side
   * @return the same array when nothing was gained
   */
  byte[] deflated(byte[] frames) {
    if (frames.length <= above) {
      return frames;
    }
    ByteBuffer out = ByteBuffer.allocate(frames.length);
    Deflater deflater = deflaters.take();
    try {
      for (int at = 0; at < frames.length; ) {
        int payload = at + Frames.headerLength(frames, at);
        int end = payload + Frames.payloadLength(frames, at);
        deflate(deflater, frames, at, payload, end, out);
        at = end;
      }
    } finally {
      deflaters.giveBack(deflater);
    }
    return out.hasRemaining() ? Arrays.copyOf(out.array(), out.position()) : frames;
  }

  private void deflate(
      Deflater deflater, byte[] frames, int at, int payload, int end, ByteBuffer out) {
    int length = end - payload;
    if (length > above && length <= LONGEST) {
      byte[] smaller = new byte[length];
      deflater.reset();
      deflater.setInput(frames, payload, length);
      int count = deflater.deflate(smaller, 0, length, Deflater.SYNC_FLUSH);
      if (count < length) {
        Frames.deflated(out, frames[at], smaller, count - LEFT_OUT);
        return;
      }
    }
    out.put(frames, at, end - at);
  }

  /**
   * A client's message as it was before it was compressed.
   *
   * @return null when it is longer than the limit, found out without unpacking more than that
   * @throws DataFormatException when it is no such message
   */
  byte @Nullable [] inflated(byte[] message, int limit) throws DataFormatException {
    byte[] packed = Arrays.copyOf(message, message.length + TAIL.length);
    System.arraycopy(TAIL, 0, packed, message.length, TAIL.length);
    Inflater inflater = inflaters.take();
    try {
      return inflate(inflater, packed, limit);
    } finally {
      inflaters.giveBack(inflater);
    }
  }

  private static byte @Nullable [] inflate(Inflater inflater, byte[] packed, int limit)
      throws DataFormatException {
    byte[] out = new byte[(int) Math.min(limit + 1L, 4L * packed.length)];
    int length = 0;
    inflater.setInput(packed);
    while (true) {
      int count = inflater.inflate(out, length, out.length - length);
      length += count;
      if (length > limit) {
        return null;
      } else if (length == out.length) {
        out = Arrays.copyOf(out, (int) Math.min(limit + 1L, 2L * length));
      } else if (inflater.finished()) {
        int left = inflater.getRemaining();
        if (left == 0) {
          return Arrays.copyOf(out, length);
        }
        // The sender has ended a block as its last one, which it may (7.2.3.4).
        inflater.reset();
        inflater.setInput(packed, packed.length - left, left);
      } else if (count == 0) {
        throw new DataFormatException("the message breaks off");
      }
    }
  }

  /** Gives back what is held outside the heap; what is in use, when it has been used. */
  void end() {
    deflaters.end();
    inflaters.end();
  }

  /** What can be used again, at most {@link #KEPT} of it. */
  private static final class Pool<T> {
    private final Queue<T> free = new ArrayBlockingQueue<>(KEPT);
    private final Supplier<T> make;
    private final Consumer<T> clean;
    private final Consumer<T> release;
    private volatile boolean ended;

    Pool(Supplier<T> make, Consumer<T> clean, Consumer<T> release) {
      this.make = make;
      this.clean = clean;
      this.release = release;
    }

    T take() {
      T one = free.poll();
      return one == null ? make.get() : one;
    }

    void giveBack(T one) {
      // Also lets go of the message, which may be large.
      clean.accept(one);
      if (!free.offer(one)) {
        release.accept(one);
      } else if (ended) {
        releaseAll();
      }
    }

    void end() {
      ended = true;
      releaseAll();
    }

    private void releaseAll() {
      for (T one = free.poll(); one != null; one = free.poll()) {
        release.accept(one);
      }
    }
  }
}
