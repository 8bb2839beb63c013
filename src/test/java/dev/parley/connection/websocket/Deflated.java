package dev.parley.connection.websocket;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** A peer's permessage-deflate (RFC 7692, 7.2), independent of what is tested. */
final class Deflated {
  private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

  private Deflated() {}

  /** The message as it is sent. */
  static byte[] message(byte[] plain) {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    deflater.setInput(plain);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[1000];
    int count;
    do {
      count = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
      out.write(buffer, 0, count);
    } while (count == buffer.length);
    deflater.end();
    return Arrays.copyOf(out.toByteArray(), out.size() - TAIL.length);
  }

  /** What the message was. */
  static byte[] plain(byte[] message) {
    Inflater inflater = new Inflater(true);
    ByteArrayOutputStream in = new ByteArrayOutputStream();
    in.writeBytes(message);
    in.writeBytes(TAIL);
    inflater.setInput(in.toByteArray());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[1000];
    try {
      for (int count = inflater.inflate(buffer); count > 0; count = inflater.inflate(buffer)) {
        out.write(buffer, 0, count);
      }
    } catch (DataFormatException e) {
      throw new AssertionError("not a compressed message", e);
    } finally {
      inflater.end();
    }
    return out.toByteArray();
  }
}
