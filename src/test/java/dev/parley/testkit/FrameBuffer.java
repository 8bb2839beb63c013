package dev.parley.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What has come from a WebSocket server and was not yet understood. One thread. */
final class FrameBuffer {
  static final int TEXT = 1;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};
  private static final int MASKED = 0x80;

  private byte[] bytes = new byte[1024];
  private int start;
  private int end;

  /** A whole frame of the server, which sends no parts of messages. */
  static final class Frame {
    private final int opcode;
    private final byte[] payload;

    private Frame(int opcode, byte[] payload) {
      this.opcode = opcode;
      this.payload = payload;
    }

    int opcode() {
      return opcode;
    }

    byte[] payload() {
      return payload;
    }

    String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }

    /** The code of a close frame; 1005 when there is none in it. */
    int closeCode() {
      return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xffff;
    }
  }

  /** Takes what is there; negative when nothing more will come. */
  int fill(SocketChannel from) throws IOException {
    if (start > 0) {
      System.arraycopy(bytes, start, bytes, 0, end - start);
      end -= start;
      start = 0;
    }
    if (end == bytes.length) {
      bytes = Arrays.copyOf(bytes, bytes.length * 2);
    }
    int count = from.read(ByteBuffer.wrap(bytes, end, bytes.length - end));
    end += Math.max(0, count);
    return count;
  }

  /** The head of an HTTP answer; empty while it has not come. */
  String head() {
    for (int i = start; i + END_OF_HEAD.length <= end; i++) {
      if (Arrays.equals(bytes, i, i + END_OF_HEAD.length, END_OF_HEAD, 0, END_OF_HEAD.length)) {
        String head = new String(bytes, start, i - start, StandardCharsets.US_ASCII);
        start = i + END_OF_HEAD.length;
        return head;
      }
    }
    return "";
  }

  /** The next frame; null while it has not come. */
  Frame next() {
    ByteBuffer in = ByteBuffer.wrap(bytes, start, end - start);
    if (in.remaining() < 2) {
      return null;
    }
    int opcode = in.get() & 0x0f;
    int length = in.get() & 0x7f;
    int more = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (in.remaining() < more) {
      return null;
    }
    length = more == 0 ? length : more == 2 ? in.getShort() & 0xffff : (int) in.getLong();
    if (in.remaining() < length) {
      return null;
    }
    byte[] payload = new byte[length];
    in.get(payload);
    start = in.position();
    return new Frame(opcode, payload);
  }

  /** A frame of a client. */
  static ByteBuffer frame(int opcode, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(payload.length + 8);
    frame.put((byte) (0x80 | opcode));
    if (payload.length < 126) {
      frame.put((byte) (MASKED | payload.length));
    } else {
      frame.put((byte) (MASKED | 126)).putShort((short) payload.length);
    }
    // A mask of zeros changes nothing.
    return frame.putInt(0).put(payload).flip();
  }
}
