package dev.parley.presence;

import dev.parley.cluster.NodeRegistry;
import dev.parley.cluster.UserKey;
import dev.parley.platform.WorkerThreads;
import dev.parley.presence.PresenceStore.Row;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Writes what this node has to say of its people, and has {@link OtherNodes} read what the others
 * say. Rows in the database, and no messages: so there is nothing to lose, to repeat or to reorder,
 * and nodes agree a moment after they see the same rows.
 *
 * <p>A round costs one query, one more for each other node, and a write for those who came, went or
 * changed; all on a thread of its own. While the database is away nobody is told anything of other
 * nodes, and nobody leaves.
 */
@ApplicationScoped
class PresenceSync {
  private static final System.Logger LOG = System.getLogger(PresenceSync.class.getName());

  /** Rows of one transaction, so that it stays short. */
  static final int BATCH = 1_000;

  /** Transactions of one round, so that reading is never late for it. */
  private static final int BATCHES = 10;

  /**
   * For how long it is kept that somebody is gone. Longer than {@link OtherNodes#TOO_LATE}, after
   * which a node reads everything anew.
   */
  private static final long KEPT = TimeUnit.SECONDS.toNanos(60);

  @Inject PresenceStore store;
  @Inject NodeRegistry registry;
  @Inject OtherNodes others;
  @Inject People people;
  @Inject LastSeen seen;
  @Inject PresenceSettings settings;
  @Inject WorkerThreads threads;

  LongSupplier nanos = System::nanoTime;
  Supplier<String> node = () -> "";

  private volatile long confirmedAt;

  // Of the one thread.
  private final Set<UserKey> written = new HashSet<>();
  private String writtenAs = "";
  private long version;
  private long purgedAt;
  private long purgeable;
  private boolean troubled;

  @PostConstruct
  void prepare() {
    node = () -> registry.id();
    confirmedAt = nanos.getAsLong();
    purgedAt = confirmedAt;
  }

  void start(@Observes @Initialized(ApplicationScoped.class) Object application) {
    long period = settings.sync.toMillis();
    Future<?> unused =
        threads
            .timer("presence-sync")
            .scheduleWithFixedDelay(this::safeRound, period, period, TimeUnit.MILLISECONDS);
  }

  /** All that any node had written until then is known here, by {@link System#nanoTime}. */
  long confirmedAt() {
    return confirmedAt;
  }

  private void safeRound() {
    try {
      round();
      troubled = false;
    } catch (RuntimeException | LinkageError e) {
      // Told once for each time of trouble; the next try comes by itself.
      LOG.log(
          troubled ? Level.DEBUG : Level.WARNING,
          "Presence cannot be exchanged now: {0}",
          e.toString());
      troubled = true;
    }
  }

  /** One round; blocks. */
  void round() {
    long now = nanos.getAsLong();
    String id = node.get();
    if (id.isEmpty()) {
      return;
    }
    if (!id.equals(writtenAs)) {
      writtenAs = id;
      version = 0;
      purgeable = 0;
      written.clear();
      people.sayAllAgain();
    }
    for (int i = 0; i < BATCHES && writeSome(id); i++) {
      LOG.log(Level.TRACE, "Written {0}", version);
    }
    purge(id, now);
    others.read(id, now);
    confirmedAt = now;
    seen.write();
  }

  /** Writes some of what is new; false when nothing is. */
  private boolean writeSome(String id) {
    List<UserKey> keys = people.takeUnsaid(BATCH);
    List<Row> rows = new ArrayList<>(keys.size());
    for (UserKey key : keys) {
      Statement statement = people.statement(key);
      if (statement != null || written.contains(key)) {
        rows.add(new Row(key, ++version, statement));
      }
    }
    if (!rows.isEmpty()) {
      try {
        store.write(id, rows);
      } catch (RuntimeException e) {
        // Whether it was written is not known: what is written next says so with a higher version.
        rows.forEach(row -> written.add(row.key()));
        people.putBack(keys);
        throw e;
      }
      rows.forEach(this::wrote);
    }
    return !keys.isEmpty();
  }

  private void wrote(Row row) {
    if (row.statement() != null) {
      written.add(row.key());
      return;
    }
    written.remove(row.key());
    if (people.find(row.key()) == null) {
      seen.note(row.key());
    }
  }

  private void purge(String id, long now) {
    if (now - purgedAt >= KEPT) {
      if (purgeable > 0) {
        store.purge(id, purgeable);
      }
      purgeable = version;
      purgedAt = now;
    }
  }
}
