package dev.parley.security;

import dev.parley.platform.WakingLoop;
import dev.parley.platform.WorkerThreads;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps {@link Revocations} up to what the table says: when somebody says that there is news, and
 * every {@code parley.security.revocation-check} in any case. A look is one query by primary key
 * while nothing has changed.
 */
@ApplicationScoped
public class RevocationWatch {
  private static final System.Logger LOG = System.getLogger(RevocationWatch.class.getName());

  /** Rows of one query. */
  private static final int BATCH = 1_000;

  /** How long what has ended stays in the table, so that every node reads that it has. */
  private static final Duration KEPT = Duration.ofMinutes(10);

  /** Who has not read for so long reads everything: what it missed may be kept no more. */
  private static final Duration TOO_LATE = Duration.ofMinutes(5);

  @Inject RevocationStore store;
  @Inject Revocations revocations;
  @Inject SecuritySettings settings;
  @Inject WorkerThreads threads;
  @Inject Clock clock;
  @Inject Event<AccessRevoked> revoked;

  private volatile @Nullable WakingLoop loop;

  // Guarded by this.
  private long version = -1;
  private long readAt;
  private long tidiedAt = System.nanoTime();
  private boolean troubled;

  void start(@Observes @Initialized(ApplicationScoped.class) Object application) {
    WakingLoop made = new WakingLoop(settings.revocationCheck, this::safeRound);
    loop = made;
    threads.thread("revocations", made).start();
  }

  void stored(@Observes(during = TransactionPhase.AFTER_SUCCESS) RevocationStored event) {
    look();
  }

  /** Looks soon; never blocks. */
  public void look() {
    WakingLoop running = loop;
    if (running != null) {
      running.wake();
    }
  }

  private synchronized void safeRound() {
    try {
      read();
      tidy();
      troubled = false;
    } catch (RuntimeException | LinkageError e) {
      // Told once for each time of trouble; the next try comes by itself.
      LOG.log(
          troubled ? Level.DEBUG : Level.WARNING,
          "Revocations cannot be read now, the known ones hold: {0}",
          e.toString());
      troubled = true;
    }
  }

  /** Reads what is new; blocks. Also before the first caller is let in. */
  synchronized void read() {
    long now = System.nanoTime();
    boolean anew = version < 0 || now - readAt > TOO_LATE.toNanos();
    if (anew || store.version() != version) {
      read(anew);
    }
    readAt = now;
  }

  private void read(boolean anew) {
    long from = anew ? -1 : version;
    List<RevocationRow> all = new ArrayList<>();
    List<RevocationRow> rows;
    do {
      rows = store.after(from, BATCH);
      all.addAll(rows);
      from = rows.isEmpty() ? from : rows.get(rows.size() - 1).version();
    } while (rows.size() == BATCH);
    AccessRevoked news = revocations.learn(all, anew, version);
    version = Math.max(from, 0);
    revoked.fire(news);
  }

  private void tidy() {
    long now = System.nanoTime();
    if (now - tidiedAt > KEPT.toNanos() / 10) {
      tidiedAt = now;
      revocations.forgetEnded();
      Instant before = clock.instant().minus(KEPT);
      int removed = store.removeEnded(before);
      LOG.log(Level.DEBUG, "{0} revocations are forgotten", removed);
    }
  }

  @PreDestroy
  void stop() {
    WakingLoop running = loop;
    if (running != null) {
      running.stop();
    }
  }
}
