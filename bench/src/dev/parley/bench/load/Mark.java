package dev.parley.bench.load;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * What every payload begins with, so that a message is found and read by looking at bytes: two
 * characters that no system writes by itself, then the channel's number, the sequence number in the
 * channel, and the time of publishing.
 */
final class Mark {
  /** Bytes of it; no payload is shorter. */
  static final int LENGTH = 2 + 4 + 8 + 16;

  private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /** Hears of the messages in the order in which they stand. */
  @FunctionalInterface
  interface Finder {
    void found(int channel, int sequence, long time);
  }

  private Mark() {}

  /** A payload of that many characters. */
  static String payload(int channel, int sequence, long time, int length) {
    byte[] payload = new byte[Math.max(LENGTH, length)];
    java.util.Arrays.fill(payload, (byte) 'x');
    payload[0] = '~';
    payload[1] = '!';
    write(payload, 2, 4, channel);
    write(payload, 6, 8, sequence);
    write(payload, 14, 16, time);
    return new String(payload, StandardCharsets.US_ASCII);
  }

  private static void write(byte[] to, int from, int digits, long number) {
    long left = number;
    for (int at = from + digits - 1; at >= from; at--) {
      to[at] = DIGITS[(int) (left & 15)];
      left >>>= 4;
    }
  }

  /**
   * Finds all payloads that begin in a range.
   *
   * @param scratch {@link #LENGTH} bytes to work in
   * @param length what the payloads are known to have, so that their rest is not looked at
   * @return how many there are
   */
  static int scan(ByteBuf bytes, int from, int to, int length, byte[] scratch, Finder finder) {
    int count = 0;
    int at = from;
    while (at + LENGTH <= to) {
      int begin = bytes.indexOf(at, to - LENGTH + 1, (byte) '~');
      if (begin < 0) {
        break;
      }
      bytes.getBytes(begin, scratch, 0, LENGTH);
      if (scratch[1] != '!') {
        at = begin + 1;
        continue;
      }
      count++;
      at = begin + Math.max(LENGTH, length);
      finder.found((int) read(scratch, 2, 4), (int) read(scratch, 6, 8), read(scratch, 14, 16));
    }
    return count;
  }

  private static long read(byte[] from, int at, int digits) {
    long number = 0;
    for (int i = at; i < at + digits; i++) {
      int digit = from[i];
      number = number << 4 | (digit <= '9' ? digit - '0' : digit - 'a' + 10);
    }
    return number;
  }
}
