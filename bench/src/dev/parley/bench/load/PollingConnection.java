package dev.parley.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Asks again and again over one connection: {@link #say} takes the path of the next request. */
final class PollingConnection extends ClientConnection {
  private static final Pattern LENGTH = Pattern.compile("content-length: (\\d+)");

  private final ByteBuf body = Unpooled.buffer(0);
  private @Nullable Dechunker dechunker;
  private int left;

  PollingConnection(Crowd crowd, Dialect dialect, @Nullable Receiver receiver) {
    super(crowd, dialect, receiver);
  }

  @Override
  String transportHeaders() {
    return "Accept: application/json\r\n";
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
      Matcher length = LENGTH.matcher(head.toLowerCase(Locale.ROOT));
      left = length.find() ? Integer.parseInt(length.group(1)) : -1;
      dechunker = new Dechunker(left < 0);
    }
    dechunker.read(in, this::piece);
    if (left == 0 || dechunker.isEnded()) {
      dechunker = null;
      text(body, body.readerIndex(), body.writerIndex());
      body.clear();
    }
  }

  private void piece(ByteBuf in, int from, int to) {
    body.writeBytes(in, from, to - from);
    left -= to - from;
  }

  @Override
  boolean hearsMessages() {
    return true;
  }

  @Override
  public void say(String text) {
    request(text);
  }
}
