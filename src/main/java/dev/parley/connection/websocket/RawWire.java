package dev.parley.connection.websocket;

import dev.parley.connection.Connection;
import dev.parley.delivery.FrameText;
import dev.parley.delivery.OutboundFrame;
import dev.parley.protocol.CloseCode;
import jakarta.websocket.Session;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a WebSocket below the server's own code. Members of one channel mostly get the same
 * frames in the same turn, so the last write's bytes are kept, and the next connection on the same
 * dispatcher that is due the same frames is written the same bytes.
 */
final class RawWire implements Connection.Wire {
  private static final byte[] PING = Frames.ping();

  /** How long the closing handshake may take. */
  private static final long CLOSE_GRACE_S = 5;

  /** What was written last by this thread. */
  private static final class Last {
    private final FrameEncoding encoding;
    private final List<OutboundFrame> frames;
    private final List<FrameText> texts;
    private final byte[] plain;
    private byte @Nullable [] deflated;

    Last(FrameEncoding encoding, List<OutboundFrame> frames) {
      this.encoding = encoding;
      this.frames = frames;
      this.texts = frames.stream().map(OutboundFrame::text).toList();
      this.plain = encoding.frames(frames);
    }

    /** Compressed once for all who have agreed on it. */
    byte[] bytes(@Nullable Compression compression) {
      if (compression == null) {
        return plain;
      }
      byte[] known = deflated;
      if (known == null) {
        known = compression.deflated(plain);
        deflated = known;
      }
      return known;
    }

    boolean isFor(FrameEncoding wanted, List<OutboundFrame> wantedFrames) {
      if (wanted != encoding || wantedFrames.size() != texts.size()) {
        return false;
      }
      if (wantedFrames == frames) {
        return true;
      }
      for (int i = 0; i < wantedFrames.size(); i++) {
        if (!wantedFrames.get(i).text().equals(texts.get(i))) {
          return false;
        }
      }
      return true;
    }
  }

  private static final ThreadLocal<@Nullable Last> LAST = new ThreadLocal<>();

  private final Session session;
  private final RawSocket socket;
  private final FrameEncoding encoding;
  private final @Nullable Compression compression;

  RawWire(Session session, RawSocket socket, FrameEncoding encoding) {
    this.session = session;
    this.socket = socket;
    this.encoding = encoding;
    this.compression = socket.compression();
  }

  @Override
  public String kind() {
    return "websocket";
  }

  @Override
  public boolean isTwoWay() {
    return true;
  }

  @Override
  public void write(List<OutboundFrame> frames, Written written) {
    socket.write(bytes(frames), written);
  }

  private byte[] bytes(List<OutboundFrame> frames) {
    Last last = LAST.get();
    if (last == null || !last.isFor(encoding, frames)) {
      last = new Last(encoding, frames);
      LAST.set(last);
    }
    return last.bytes(compression);
  }

  @Override
  public void heartbeat() {
    socket.write(PING, failure -> {});
  }

  @Override
  public void close(CloseCode code) {
    WebSocketEndpoint.close(session, code);
    // Whoever does not read, or does not answer the close frame, is not waited for.
    CompletableFuture.delayedExecutor(CLOSE_GRACE_S, TimeUnit.SECONDS, Runnable::run)
        .execute(socket::abort);
  }
}
