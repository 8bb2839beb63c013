package dev.parley.connection.websocket;

import dev.parley.delivery.OutboundFrame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a connection has agreed on by its subprotocol. */
enum FrameEncoding {
  /** {@code parley.v1.json}, and whoever names none: text frames. */
  JSON {
    @Override
    byte[] frames(List<OutboundFrame> frames) {
      return Frames.text(frames);
    }
  },
  /** {@code parley.v1.msgpack}: binary frames. */
  MSGPACK {
    @Override
    byte[] frames(List<OutboundFrame> frames) {
      return Frames.msgpack(frames);
    }
  };

  static FrameEncoding of(@Nullable String subprotocol) {
    return WebSocketEndpoint.MSGPACK.equals(subprotocol) ? MSGPACK : JSON;
  }

  /** The frames as they are written, in one piece. */
  abstract byte[] frames(List<OutboundFrame> frames);
}
