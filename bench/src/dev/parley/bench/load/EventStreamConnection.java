package dev.parley.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads an event stream, by whole lines wherever the chunks end. */
final class EventStreamConnection extends ClientConnection {
  private final ByteBuf rest = Unpooled.buffer(0);
  private @Nullable Dechunker dechunker;

  EventStreamConnection(Crowd crowd, Dialect dialect, @Nullable Receiver receiver) {
    super(crowd, dialect, receiver);
  }

  @Override
  String transportHeaders() {
    return "Accept: text/event-stream\r\n";
  }

  @Override
  protected void decode(ChannelHandlerContext from, ByteBuf in, List<Object> out) {
    if (dechunker == null) {
      String head = head(in);
      if (head == null) {
        return;
      }
      if (!head.startsWith("HTTP/1.1 200")) {
        fail(head.lines().findFirst().orElse("no status"));
        return;
      }
      dechunker =
          new Dechunker(head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked"));
      dialect().opened(this);
    }
    dechunker.read(in, this::lines);
    if (dechunker.isEnded()) {
      fail("the stream has ended");
    }
  }

  private void lines(ByteBuf in, int from, int to) {
    int end = in.indexOf(to, from, (byte) '\n') + 1;
    if (end <= from) {
      rest.writeBytes(in, from, to - from);
      return;
    }
    if (rest.isReadable()) {
      rest.writeBytes(in, from, end - from);
      text(rest, rest.readerIndex(), rest.writerIndex());
      rest.clear();
    } else {
      text(in, from, end);
    }
    rest.writeBytes(in, end, to - end);
  }

  @Override
  public void say(String text) {
    throw new UnsupportedOperationException("an event stream goes one way");
  }
}
