package dev.parley.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes frames by hand (RFC 6455), which costs a fraction of what a library does. Its
 * masks are zero, so that nothing has to be masked.
 */
final class WebSocketConnection extends ClientConnection {
  private static final int FINAL = 0x80;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int MASKED = 0x80;
  private static final int NORMAL_CLOSURE = 1000;

  private boolean upgraded;

  WebSocketConnection(Crowd crowd, Dialect dialect, @Nullable Receiver receiver) {
    super(crowd, dialect, receiver);
  }

  @Override
  String transportHeaders() {
    return String.join(
        "\r\n",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "");
  }

  @Override
  protected void decode(ChannelHandlerContext from, ByteBuf in, List<Object> out) {
    if (!upgraded) {
      String head = head(in);
      if (head == null) {
        return;
      }
      if (!head.startsWith("HTTP/1.1 101")) {
        fail(head.lines().findFirst().orElse("no status"));
        return;
      }
      upgraded = true;
      dialect().opened(this);
    }
    while (frame(in)) {}
  }

  private boolean frame(ByteBuf in) {
    int at = in.readerIndex();
    int readable = in.readableBytes();
    if (readable < 2) {
      return false;
    }
    int first = in.getUnsignedByte(at);
    int length = in.getByte(at + 1) & 0x7f;
    int head = 2;
    if (length == 126) {
      head = 4;
      length = readable < head ? 0 : in.getUnsignedShort(at + 2);
    } else if (length == 127) {
      head = 10;
      length = readable < head ? 0 : Math.toIntExact(in.getLong(at + 2));
    }
    if (readable < head + length) {
      return false;
    }
    in.skipBytes(head + length);
    handle(first, in, at + head, length);
    return true;
  }

  private void handle(int first, ByteBuf in, int at, int length) {
    switch (first & 0xf) {
      case TEXT, BINARY -> {
        if ((first & FINAL) == 0) {
          fail("the generator reads no fragments");
        } else {
          text(in, at, at + length);
        }
      }
      case PING -> write(frame(PONG, length).writeBytes(in, at, length));
      case CLOSE ->
          fail(
              length < 2
                  ? "closed"
                  : "closed with "
                      + in.getUnsignedShort(at)
                      + " "
                      + in.toString(at + 2, length - 2, StandardCharsets.UTF_8));
      case PONG -> {}
      default -> fail("a frame of kind " + (first & 0xf));
    }
  }

  @Override
  public void say(String text) {
    ByteBuf frame = frame(TEXT, text.length());
    frame.writeCharSequence(text, StandardCharsets.US_ASCII);
    write(frame);
  }

  private ByteBuf frame(int kind, int length) {
    ByteBuf frame = context().alloc().buffer(14 + length);
    frame.writeByte(FINAL | kind);
    if (length < 126) {
      frame.writeByte(MASKED | length);
    } else if (length < 1 << 16) {
      frame.writeByte(MASKED | 126).writeShort(length);
    } else {
      frame.writeByte(MASKED | 127).writeLong(length);
    }
    return frame.writeInt(0);
  }

  @Override
  void goodbye() {
    if (upgraded) {
      write(frame(CLOSE, 2).writeShort(NORMAL_CLOSURE));
    }
  }
}
