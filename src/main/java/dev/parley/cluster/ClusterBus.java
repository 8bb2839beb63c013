package dev.parley.cluster;

import dev.parley.protocol.ChannelKey;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * How nodes tell each other about what is in the log. Makes delivery fast and nothing else: the log
 * is the truth, and every promise holds without the bus, only later.
 *
 * <p>Guarantees: an envelope announced after {@link #subscribe} has completed reaches this node's
 * listener, unless the bus breaks, which {@link BusListener#mayHaveMissed} tells. Does not
 * guarantee: order, or that an envelope comes only once. What is announced without a position has
 * no log behind it: a bus should keep the order in which one thread announces such envelopes of a
 * channel, and not repeat them. Any thread; no call blocks.
 */
public interface ClusterBus {
  /** Sets the one listener of this node, before the first {@link #subscribe}. */
  void listen(BusListener listener);

  /** Tells all nodes that are subscribed to the envelope's channel, this one included. */
  void announce(Envelope envelope);

  /**
   * Hears the channel from now on; the stage completes when announcements can no longer be missed,
   * or after a short time without, when the bus is down: {@link BusListener#mayHaveMissed} follows.
   * Calls are counted: each needs its {@link #unsubscribe}.
   */
  CompletionStage<Void> subscribe(ChannelKey channel);

  /** Takes one {@link #subscribe} back. */
  void unsubscribe(ChannelKey channel);

  /** For how long announcements have not reached the other nodes; zero while they do. */
  Duration outage();

  /** Whether announcements reach the other nodes at present. */
  default boolean isUp() {
    return outage().isZero();
  }
}
