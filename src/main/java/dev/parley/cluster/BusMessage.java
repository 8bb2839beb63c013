package dev.parley.cluster;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.StreamPosition;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one node sends through Redis; the topic says for which channel.
 *
 * @param sender the node, so that it knows its own echo
 * @param position null when its channel stores nothing; then there is always a body
 * @param body null when it is too large to be sent: read the log
 */
record BusMessage(
    long sender,
    @Nullable StreamPosition position,
    String event,
    long time,
    @Nullable String body) {
  static BusMessage of(long sender, Envelope envelope) {
    return new BusMessage(
        sender, envelope.position(), envelope.event(), envelope.time(), envelope.body());
  }

  /** Nothing but a position. */
  static BusMessage of(long sender, StreamPosition position) {
    return new BusMessage(sender, position, "", 0, null);
  }

  /** Tells the listener what was heard. */
  void tell(ChannelKey channel, BusListener listener) {
    if (body == null) {
      listener.moved(channel, Objects.requireNonNull(position, "checked when it was read"));
    } else {
      listener.heard(new Envelope(channel, position, event, time, body));
    }
  }
}
