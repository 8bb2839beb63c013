package dev.parley.delivery;

import dev.parley.protocol.OrgId;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.ToIntFunction;

/**
 * Lets the tenants that share a dispatcher deliver in turn, so that one tenant's flood delays
 * another's message by a bounded number of deliveries and not by its whole backlog. Deficit round
 * robin (Shreedhar and Varghese, 1995): whoever's turn it is may make {@link #QUANTUM} deliveries
 * for each unit of its weight, and what it makes beyond them, because a channel is delivered to all
 * its readers at once, is taken off its next turn.
 *
 * <p>It costs something for each wake-up of a channel, and nothing for each delivery. Bounded by
 * the channels, each of which waits once. On the dispatcher's thread only.
 */
final class FairTurns {
  /** Deliveries of one turn: some milliseconds, which is what another tenant waits. */
  static final int QUANTUM = 4_096;

  /** Deliveries of one round, after which is written what they have queued: some 50 ms. */
  static final int ROUND = 8 * QUANTUM;

  /** What waits for its tenant's turn. */
  interface Turn {
    /** The tenant. */
    OrgId org();

    /** Delivers what is new now; the number of deliveries that were made. */
    long take();
  }

  /** The waiting turns of one tenant. */
  private static final class Waiting {
    final OrgId org;
    final long share;
    final Queue<Turn> turns = new ArrayDeque<>();
    long left;

    Waiting(OrgId org, long share) {
      this.org = org;
      this.share = share;
    }
  }

  private final ToIntFunction<OrgId> weights;
  private final Map<OrgId, Waiting> byOrg = new HashMap<>();
  private final Queue<Waiting> rotation = new ArrayDeque<>();

  /**
   * None that wait.
   *
   * @param weights the weight of a tenant, 1 or more
   */
  FairTurns(ToIntFunction<OrgId> weights) {
    this.weights = weights;
  }

  /** It waits for a turn of its tenant, behind those of the same tenant. */
  void add(Turn turn) {
    Waiting waiting = byOrg.get(turn.org());
    if (waiting == null) {
      waiting = new Waiting(turn.org(), (long) QUANTUM * weights.applyAsInt(turn.org()));
      byOrg.put(turn.org(), waiting);
      rotation.add(waiting);
    }
    waiting.turns.add(turn);
  }

  boolean isEmpty() {
    return rotation.isEmpty();
  }

  /** Takes turns until none waits or the round is over; the next round goes on from there. */
  void round() {
    long round = ROUND;
    Waiting next = rotation.poll();
    while (next != null) {
      round -= take(next);
      if (next.turns.isEmpty()) {
        byOrg.remove(next.org);
      } else {
        rotation.add(next);
      }
      next = round > 0 ? rotation.poll() : null;
    }
  }

  private static long take(Waiting waiting) {
    waiting.left += waiting.share;
    long made = 0;
    while (waiting.left > 0 && !waiting.turns.isEmpty()) {
      // One that finds nothing new has had its turn, too.
      long deliveries = Math.max(1, Dispatcher.takeSafely(waiting.turns.remove()));
      waiting.left -= deliveries;
      made += deliveries;
    }
    return made;
  }
}
