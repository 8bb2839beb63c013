package dev.parley.cluster;

import dev.parley.protocol.ChannelKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One topic of {@link Subscriptions}, whose lock guards everything but reading the count. A topic
 * is the same as itself only.
 */
final class WantedTopic {
  /** What Redis has been told of it over the present connection. */
  enum State {
    ABSENT,
    ASKED,
    CONFIRMED
  }

  final ChannelKey channel;
  final String name;

  /** How often it is wanted. */
  final AtomicInteger count = new AtomicInteger();

  State state = State.ABSENT;

  /** Whether it was wanted when the connection was made, and is not confirmed since. */
  boolean restoring;

  /** Those who wait for Redis; the longest of them for its patience. */
  List<CompletableFuture<Void>> waiting = new ArrayList<>(1);

  WantedTopic(ChannelKey channel, String name) {
    this.channel = channel;
    this.name = name;
  }

  boolean isWanted() {
    return count.get() > 0;
  }

  List<CompletableFuture<Void>> takeWaiting() {
    List<CompletableFuture<Void>> taken = waiting;
    waiting = new ArrayList<>(1);
    return taken;
  }
}
