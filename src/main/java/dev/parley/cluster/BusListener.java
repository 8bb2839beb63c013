package dev.parley.cluster;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.StreamPosition;

/** What a node does with what it hears. Called on the bus's own threads; must not block. */
public interface BusListener {
  /** A hint for a channel that this node is subscribed to. */
  void heard(Envelope envelope);

  /** The same without what stands there, which was too large to be sent: read the log. */
  void moved(ChannelKey channel, StreamPosition position);

  /** Hints may have been lost since the last one (a break, a dropped buffer): check the log. */
  void mayHaveMissed();
}
