package dev.parley.audit;

import dev.parley.platform.Ids;
import dev.parley.security.AuditEvent;
import dev.parley.security.AuditEvent.Kind;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * What waits to be written. Bounded: an event that finds it full is counted by its kind, and the
 * next batch ends with an entry that says how many are missing. Any thread.
 */
final class AuditQueue {
  private static final int SALT_BYTES = 16;

  private final BlockingQueue<AuditRecord> waiting;
  private final Map<Kind, AtomicLong> lost = new EnumMap<>(Kind.class);
  private final Clock clock;
  private final Ids ids;

  AuditQueue(int capacity, Clock clock, Ids ids) {
    this.waiting = new ArrayBlockingQueue<>(capacity);
    this.clock = clock;
    this.ids = ids;
    for (Kind kind : Kind.values()) {
      lost.put(kind, new AtomicLong());
    }
  }

  /** Whether there was room. Never blocks. */
  boolean offer(AuditEvent event) {
    boolean fits = waiting.offer(sealed(event));
    if (!fits) {
      lost.getOrDefault(event.kind(), new AtomicLong()).incrementAndGet();
    }
    return fits;
  }

  /** The next that are to be written, at most {@code max} and one more if some are missing. */
  List<AuditRecord> take(int max) {
    List<AuditRecord> batch = new ArrayList<>();
    Map<Kind, Long> missing = new EnumMap<>(Kind.class);
    lost.forEach(
        (kind, count) -> {
          long now = count.getAndSet(0);
          if (now > 0) {
            missing.put(kind, now);
          }
        });
    waiting.drainTo(batch, max);
    if (!missing.isEmpty()) {
      // Behind what waited: these came when the queue was full of it.
      batch.add(sealed(AuditEvent.unknown(Kind.LOST, text(missing))));
    }
    return batch;
  }

  int size() {
    return waiting.size();
  }

  private static String text(Map<Kind, Long> missing) {
    return missing.entrySet().stream()
        .map(one -> one.getKey().text() + "=" + one.getValue())
        .collect(Collectors.joining(" "));
  }

  private AuditRecord sealed(AuditEvent event) {
    return AuditRecord.of(event, clock.instant(), ids.random(SALT_BYTES));
  }
}
