package dev.parley.connection.sse;

import dev.parley.delivery.Joined;
import dev.parley.delivery.OutboundFrame;
import dev.parley.delivery.StreamMessage;
import dev.parley.message.Cursors;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.StreamPosition;
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
  private final Cursors.Writer cursors;
  private final boolean named;
  private Map<ChannelName, Long> channelIds = Map.of();
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
   * The stream, or more of it, begins where its subscriber stood, so that a break before the first
   * event is safe.
   */
  void begin(List<Joined> joined) {
    Map<ChannelName, Long> ids = new HashMap<>(channelIds);
    for (Joined one : joined) {
      StreamPosition position = one.position();
      if (position != null) {
        ids.put(one.name(), one.channelId());
        long before =
            one.messages().isEmpty() ? position.offset() : one.messages().get(0).offset() - 1;
        positions.put(one.channelId(), position.at(before));
      }
    }
    // There are thousands of streams, and this form has a third of the size.
    channelIds = Map.copyOf(ids);
  }

  boolean isNamed() {
    return named;
  }

  /** The next event says after what time to reconnect. */
  void retry(long ms) {
    retryMs = ms;
  }

  byte[] encode(List<OutboundFrame> frames) {
    EventText text = new EventText();
    for (OutboundFrame frame : frames) {
      encode(frame, text);
    }
    return text.bytes();
  }

  private void encode(OutboundFrame frame, EventText text) {
    StreamMessage message = frame.message();
    StreamPosition position = message == null ? null : message.position();
    if (message != null && position != null) {
      positions.put(channelId(message.channel()), position);
    }
    if (named) {
      text.event(frame.event());
    }
    // What is not stored moves no position: the browser keeps the id that it has.
    if (!positions.isEmpty() && (message == null || position != null)) {
      text.id(cursors.write(positions));
    }
    if (retryMs >= 0) {
      text.retry(retryMs);
      retryMs = -1;
    }
    text.data(frame.json()).end();
  }

  private long channelId(ChannelName channel) {
    Long id = channelIds.get(channel);
    if (id == null) {
      throw new IllegalStateException("a message of a channel that the stream has not joined");
    }
    return id;
  }
}
