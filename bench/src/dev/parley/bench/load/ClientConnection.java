package dev.parley.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One client: opens its connection, finds the messages in the bytes that come, and lets its {@link
 * Dialect} hear the rest. The generator's thread only.
 */
abstract class ClientConnection extends ByteToMessageDecoder implements Outlet {
  private static final ByteBuf BLANK_LINE =
      Unpooled.unreleasableBuffer(
          Unpooled.copiedBuffer("\r\n\r\n", StandardCharsets.US_ASCII).asReadOnly());

  private final Crowd crowd;
  private final Dialect dialect;
  private final @Nullable Receiver receiver;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final byte[] scratch = new byte[Mark.LENGTH];
  private @Nullable ChannelHandlerContext context;
  private int receiveBuffer;
  private boolean flushing;
  private boolean closing;

  ClientConnection(Crowd crowd, Dialect dialect, @Nullable Receiver receiver) {
    this.crowd = crowd;
    this.dialect = dialect;
    this.receiver = receiver;
  }

  /** For the transport that the dialect is for. */
  static ClientConnection over(
      Transport transport, Crowd crowd, Dialect dialect, @Nullable Receiver receiver) {
    return switch (transport) {
      case WEBSOCKET -> new WebSocketConnection(crowd, dialect, receiver);
      case SSE -> new EventStreamConnection(crowd, dialect, receiver);
      case POLLING -> new PollingConnection(crowd, dialect, receiver);
    };
  }

  /** Done when the dialect is ready, or when there will be no connection. */
  CompletableFuture<Void> whenReady() {
    return ready;
  }

  Dialect dialect() {
    return dialect;
  }

  Audience audience() {
    return receiver().audience();
  }

  Receiver receiver() {
    if (receiver == null) {
      throw new IllegalStateException("a publisher receives nothing");
    }
    return receiver;
  }

  /** The request's headers that the transport needs. */
  abstract String transportHeaders();

  @Override
  public void channelActive(ChannelHandlerContext active) {
    context = active;
    if (closing) {
      var unused = active.close();
      return;
    }
    request(dialect.path());
  }

  final void request(String path) {
    int port = ((InetSocketAddress) context().channel().remoteAddress()).getPort();
    StringBuilder head = new StringBuilder(512);
    head.append("GET ").append(path).append(" HTTP/1.1\r\nHost: 127.0.0.1:").append(port);
    head.append("\r\n").append(transportHeaders());
    dialect.headers().forEach((key, value) -> head.append(key + ": " + value + "\r\n"));
    head.append("\r\n");
    write(ByteBufUtil.writeAscii(context().alloc(), head));
  }

  final ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("not connected");
    }
    return context;
  }

  /** What is written in one turn of the event loop is flushed at its end. */
  final void write(ByteBuf bytes) {
    var unused = context().write(bytes, context().voidPromise());
    if (!flushing) {
      flushing = true;
      context()
          .executor()
          .execute(
              () -> {
                flushing = false;
                context().flush();
              });
    }
  }

  /** The head of an HTTP answer, without its blank line; null while it is not there. */
  static @Nullable String head(ByteBuf in) {
    int length = ByteBufUtil.indexOf(BLANK_LINE, in) - in.readerIndex();
    if (length < 0) {
      return null;
    }
    String head = in.readCharSequence(length, StandardCharsets.ISO_8859_1).toString();
    in.skipBytes(4);
    return head.stripLeading();
  }

  /** A complete text has come. */
  final void text(ByteBuf in, int from, int to) {
    int messages = 0;
    if (receiver != null) {
      long now = System.nanoTime();
      messages =
          Mark.scan(
              in,
              from,
              to,
              crowd.payload(),
              scratch,
              (channel, sequence, time) ->
                  crowd.message(this, receiver, channel, sequence, now - time));
    }
    if (messages == 0 || !ready.isDone() || hearsMessages()) {
      dialect.heard(in.toString(from, to - from, StandardCharsets.UTF_8), this);
    }
  }

  /** Whether the dialect wants to know of texts with messages too. */
  boolean hearsMessages() {
    return false;
  }

  @Override
  public void ready() {
    ready.complete(null);
  }

  @Override
  public void refused(String reason) {
    crowd.refused(reason);
  }

  @Override
  public void fail(String reason) {
    if (!ready.completeExceptionally(new IllegalStateException(reason)) && !closing) {
      crowd.hangUp(reason);
    }
    closing = true;
    if (context != null) {
      var unused = context.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext inactive) throws Exception {
    super.channelInactive(inactive);
    if (!closing) {
      fail("closed by the server");
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
    if (!closing) {
      fail(cause.toString());
    }
  }

  /** How many bytes the system may keep unread; 0 when it decides by itself. */
  final int receiveBuffer() {
    return receiveBuffer;
  }

  final void receiveBuffer(int bytes) {
    receiveBuffer = bytes;
  }

  /** Whether the client reads what comes. */
  final void reading(boolean reads) {
    context().channel().config().setAutoRead(reads);
  }

  /** Says goodbye where the transport has a way to, and ends the connection. */
  final void close() {
    closing = true;
    if (context != null && context.channel().isActive()) {
      goodbye();
      context.flush();
      var unused = context.close();
    }
  }

  /** Ends the connection without a word. */
  final void abort() {
    closing = true;
    if (context != null) {
      var unused = context.close();
    }
  }

  /** The last words. */
  void goodbye() {}

  @Override
  protected abstract void decode(ChannelHandlerContext from, ByteBuf in, List<Object> out);
}
