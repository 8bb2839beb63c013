package dev.parley.delivery;

import dev.parley.channel.Lane;
import dev.parley.cluster.Envelope;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.JsonWriter;

/**
 * What is announced on a channel and is no message of it, such as a receipt: it has no place in the
 * log, moves nobody's position, and is left out for whoever is behind.
 */
final class Signal {
  /** How the push of every message begins; what the server itself writes begins otherwise. */
  private static final String MESSAGE = "{\"type\":\"message\"";

  private Signal() {}

  static boolean is(Envelope envelope) {
    return envelope.position() == null && !envelope.body().startsWith(MESSAGE);
  }

  /** The same for somebody who knows the channel under another name. */
  static OutboundFrame in(OutboundFrame frame, ChannelName from, ChannelName shown) {
    if (shown.equals(from)) {
      return frame;
    }
    FrameText said = new FrameText(JsonWriter.renamed(frame.json(), from, shown));
    return new OutboundFrame(frame.lane(), frame.event(), said, null, null);
  }

  static OutboundFrame frame(Envelope envelope) {
    return new OutboundFrame(
        Lane.BACKGROUND, envelope.event(), new FrameText(envelope.body()), null, null);
  }
}
