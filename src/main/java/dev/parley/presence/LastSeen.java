package dev.parley.presence;

import dev.parley.cluster.UserKey;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Remembers when somebody was last here. Notes are written with the rounds of {@link PresenceSync},
 * on whose thread all of this is.
 */
@ApplicationScoped
class LastSeen {
  /** Notes that may wait while the database is away: as many as a node has connections. */
  private static final int MAX_WAITING = 20_000;

  /** People of one transaction. */
  private static final int BATCH = 500;

  /** Nobody asks when somebody was here who has not been here for so long. */
  private static final Duration KEPT = Duration.ofDays(400);

  private static final Duration TIDIED = Duration.ofHours(1);

  @Inject LastSeenStore store;
  @Inject Clock clock;

  private final SortedMap<UserKey, Instant> waiting = new TreeMap<>();
  private Instant tidiedAt = Instant.EPOCH;

  /** The person is offline since now. */
  void note(UserKey key) {
    if (waiting.size() < MAX_WAITING) {
      waiting.put(key, clock.instant());
    }
  }

  /** Writes some of the notes; blocks. */
  void write() {
    if (!waiting.isEmpty()) {
      SortedMap<UserKey, Instant> some = new TreeMap<>();
      waiting.entrySet().stream()
          .limit(BATCH)
          .forEach(note -> some.put(note.getKey(), note.getValue()));
      store.write(some);
      waiting.keySet().removeAll(some.keySet());
    }
    Instant now = clock.instant();
    if (now.isAfter(tidiedAt.plus(TIDIED))) {
      tidiedAt = now;
      int unused = store.forget(now.minus(KEPT));
    }
  }
}
