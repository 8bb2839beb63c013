package dev.parley.connection.websocket;

import dev.parley.connection.Connection;
import dev.parley.delivery.OutboundFrame;
import dev.parley.protocol.CloseCode;
import jakarta.websocket.SendHandler;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Writes to a WebSocket by the portable API: what leaves together is one text frame with a line
 * each. The server calls back when the peer has taken it, which makes one write under way work as
 * backpressure.
 */
final class WebSocketWire implements Connection.Wire {
  private static final System.Logger LOG = System.getLogger(WebSocketWire.class.getName());

  private final Session session;
  private final FrameEncoding encoding;

  WebSocketWire(Session session, FrameEncoding encoding) {
    this.session = session;
    this.encoding = encoding;
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
    try {
      switch (encoding) {
        case JSON ->
            session
                .getAsyncRemote()
                .sendText(text(frames), result -> written.done(result.getException()));
        case MSGPACK -> binary(frames, written);
      }
    } catch (RuntimeException e) {
      // A session that has been closed meanwhile.
      written.done(e);
    }
  }

  /** A message each; the last one's end is the write's end, because they leave in order. */
  private void binary(List<OutboundFrame> frames, Written written) {
    int last = frames.size() - 1;
    for (int i = 0; i <= last; i++) {
      ByteBuffer message = ByteBuffer.wrap(frames.get(i).text().msgpack()).asReadOnlyBuffer();
      SendHandler handler =
          i == last ? result -> written.done(result.getException()) : result -> {};
      session.getAsyncRemote().sendBinary(message, handler);
    }
  }

  private static String text(List<OutboundFrame> frames) {
    if (frames.size() == 1) {
      return frames.get(0).json();
    }
    int length = frames.stream().mapToInt(frame -> frame.json().length() + 1).sum();
    StringBuilder text = new StringBuilder(length);
    for (OutboundFrame frame : frames) {
      if (!text.isEmpty()) {
        text.append('\n');
      }
      text.append(frame.json());
    }
    return text.toString();
  }

  @Override
  public void heartbeat() {
    try {
      session.getAsyncRemote().sendPing(ByteBuffer.allocate(0));
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.DEBUG, "A ping could not be sent: {0}", e.toString());
    }
  }

  @Override
  public void close(CloseCode code) {
    WebSocketEndpoint.close(session, code);
  }
}
