package dev.parley.connection.websocket;

import dev.parley.delivery.FrameText;
import dev.parley.delivery.OutboundFrame;
import java.nio.ByteBuffer;
import java.util.List;

/** The server's WebSocket frames (RFC 6455, section 5.2): complete, never masked. */
final class Frames {
  private static final int TEXT = 0x81;
  private static final int BINARY = 0x82;
  private static final int PING = 0x89;

  /** The reserved bit of permessage-deflate (RFC 7692, section 6). */
  private static final int DEFLATED = 0x40;

  private static final int SHORT_LENGTH = 126;
  private static final int LONG_LENGTH = 127;
  private static final int MAX_HEADER = 10;

  private Frames() {}

  static byte[] ping() {
    return new byte[] {(byte) PING, 0};
  }

  /** One text frame with a line each. */
  static byte[] text(List<OutboundFrame> frames) {
    int length = frames.size() - 1;
    for (OutboundFrame frame : frames) {
      length += frame.text().utf8().length;
    }
    byte[] bytes = new byte[headerLength(length) + length];
    ByteBuffer out = ByteBuffer.wrap(bytes);
    header(out, TEXT, length);
    boolean first = true;
    for (OutboundFrame frame : frames) {
      if (!first) {
        out.put((byte) '\n');
      }
      first = false;
      out.put(frame.text().utf8());
    }
    return bytes;
  }

  /** A binary frame each, side by side. */
  static byte[] msgpack(List<OutboundFrame> frames) {
    int length = 0;
    for (OutboundFrame frame : frames) {
      int payload = frame.text().msgpack().length;
      length += headerLength(payload) + payload;
    }
    byte[] bytes = new byte[length];
    ByteBuffer out = ByteBuffer.wrap(bytes);
    for (OutboundFrame frame : frames) {
      FrameText text = frame.text();
      header(out, BINARY, text.msgpack().length);
      out.put(text.msgpack());
    }
    return bytes;
  }

  /** The length of the header of the frame that begins there. */
  static int headerLength(byte[] frames, int at) {
    int length = frames[at + 1];
    return length < SHORT_LENGTH ? 2 : length == SHORT_LENGTH ? 4 : MAX_HEADER;
  }

  /** The length of what the frame that begins there holds. */
  static int payloadLength(byte[] frames, int at) {
    ByteBuffer header = ByteBuffer.wrap(frames).position(at + 1);
    int length = header.get();
    return switch (length) {
      case SHORT_LENGTH -> header.getShort() & 0xffff;
      case LONG_LENGTH -> (int) header.getLong();
      default -> length;
    };
  }

  /** A frame like the one with this start, but with compressed content. */
  static void deflated(ByteBuffer out, byte start, byte[] content, int length) {
    header(out, start | DEFLATED, length);
    out.put(content, 0, length);
  }

  private static int headerLength(int length) {
    return length < SHORT_LENGTH ? 2 : length <= 0xffff ? 4 : MAX_HEADER;
  }

  private static void header(ByteBuffer out, int start, int length) {
    out.put((byte) start);
    if (length < SHORT_LENGTH) {
      out.put((byte) length);
    } else if (length <= 0xffff) {
      out.put((byte) SHORT_LENGTH).putShort((short) length);
    } else {
      out.put((byte) LONG_LENGTH).putLong(length);
    }
  }
}
