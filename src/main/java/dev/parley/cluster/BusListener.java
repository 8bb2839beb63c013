package dev.parley.cluster;

/** What a node does with what it hears. Called on the bus's own threads; must not block. */
public interface BusListener {
  /** A hint for a channel that this node is subscribed to. */
  void heard(Envelope envelope);

  /** Hints may have been lost since the last one (a break, a dropped buffer): check the log. */
  void mayHaveMissed();
}
