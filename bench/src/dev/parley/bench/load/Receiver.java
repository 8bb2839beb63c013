package dev.parley.bench.load;

import java.util.HashSet;
import java.util.Set;

/** What one client has received of its channel. The generator's thread only. */
final class Receiver {
  /** How a message stands to those that came before it. */
  enum Arrival {
    IN_ORDER,
    LATE,
    AGAIN
  }

  private final Audience audience;
  private final Set<Integer> skipped = new HashSet<>();
  private int next;
  private int base;
  private int arrived;
  private boolean timed = true;

  Receiver(Audience audience) {
    this.audience = audience;
    next = audience.nextSequence();
    base = next;
  }

  Audience audience() {
    return audience;
  }

  Arrival accept(int sequence) {
    if (sequence >= next) {
      for (int missing = next; missing < sequence; missing++) {
        skipped.add(missing);
      }
      next = sequence + 1;
      arrived++;
      return Arrival.IN_ORDER;
    }
    if (skipped.remove(sequence)) {
      arrived++;
      return Arrival.LATE;
    }
    return Arrival.AGAIN;
  }

  /** What was published and has not arrived. */
  int outstanding() {
    return audience.nextSequence() - base - arrived;
  }

  /** Forgets what is outstanding, so that it is not counted twice. */
  void settle() {
    skipped.clear();
    next = audience.nextSequence();
    base = next;
    arrived = 0;
  }

  /** Whether its latencies count. */
  boolean isTimed() {
    return timed;
  }

  void timed(boolean counts) {
    timed = counts;
  }
}
