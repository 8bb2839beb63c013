package dev.parley.connection.sse;

import dev.parley.delivery.Joined;
import dev.parley.delivery.OutboundFrame;
import dev.parley.delivery.StreamMessage;
import dev.parley.message.Cursors;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.StreamPosition;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Turns frames into the text of an event stream. Each event's id is a cursor for the positions in
 * all channels of the stream as of that event, so it is made when the event is written and not
 * before. On the connection's dispatcher only.
 */
final class StreamEncoder {
  /** A frame with this event is a comment: it keeps proxies from closing a quiet stream. */
  static final OutboundFrame HEARTBEAT = OutboundFrame.control("", "");

  private final Cursors.Writer cursors;
  private final boolean named;
  private final Map<ChannelName, Long> channelIds = new HashMap<>();
  private final Map<Long, StreamPosition> positions = new TreeMap<>();
  private long retryMs = -1;

  /**
   * @param named whether events have the names of their messages; otherwise all are {@code
   *     message}, so that one listener hears them all
   */
  StreamEncoder(Cursors.Writer cursors, boolean named) {
    this.cursors = cursors;
    this.named = named;
  }

  static OutboundFrame frame(String event, String json) {
    return OutboundFrame.control(event, json);
  }

  /**
   * The stream begins where its subscriber stood, so that a break before the first event is safe.
   */
  void begin(List<Joined> joined) {
    for (Joined one : joined) {
      channelIds.put(one.channel().name(), one.channelId());
      long before =
          one.messages().isEmpty()
              ? one.position().offset()
              : one.messages().get(0).position().offset() - 1;
      positions.put(one.channelId(), one.position().at(before));
    }
  }

  /** The next event says after what time to reconnect. */
  void retry(long ms) {
    retryMs = ms;
  }

  byte[] encode(List<OutboundFrame> frames) {
    StringBuilder text = new StringBuilder();
    for (OutboundFrame frame : frames) {
      encode(frame, text);
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void encode(OutboundFrame frame, StringBuilder text) {
    if (frame.event().isEmpty()) {
      text.append(":\n\n");
      return;
    }
    StreamMessage message = frame.message();
    if (message != null) {
      positions.put(channelId(message.channel()), message.position());
    }
    String event = named ? frame.event() : "message";
    if (!event.equals("message")) {
      text.append("event: ").append(event).append('\n');
    }
    if (!positions.isEmpty()) {
      text.append("id: ").append(cursors.write(positions)).append('\n');
    }
    if (retryMs >= 0) {
      text.append("retry: ").append(retryMs).append('\n');
      retryMs = -1;
    }
    text.append("data: ").append(frame.json()).append("\n\n");
  }

  private long channelId(ChannelName channel) {
    Long id = channelIds.get(channel);
    if (id == null) {
      throw new IllegalStateException("a message of a channel that the stream has not joined");
    }
    return id;
  }
}
