package dev.parley.audit;

import dev.parley.platform.Ids;
import dev.parley.platform.WakingLoop;
import dev.parley.platform.WorkerThreads;
import dev.parley.protocol.OrgId;
import dev.parley.security.AuditEvent;
import dev.parley.security.AuditEvent.Kind;
import dev.parley.security.CredentialRefused;
import dev.parley.security.ErasePerson;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Priority;
import jakarta.ejb.EJB;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.interceptor.Interceptor;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The audit trail. Whoever fires an {@link AuditEvent} goes on at once; one thread writes what has
 * been fired, in batches. While the database is away the events wait, and when the queue is full
 * the rest is counted, and the count becomes an entry. A node that is killed loses what it has not
 * written yet: what came in the time of one commit.
 */
@ApplicationScoped
public class AuditTrail {
  private static final System.Logger LOG = System.getLogger(AuditTrail.class.getName());

  /** Entries of one commit: enough for thousands a second, few enough for a short lock. */
  private static final int BATCH = 500;

  /** Connects may wait this long for others of their batch. */
  private static final Duration EVERY = Duration.ofMillis(250);

  /** Between two attempts while the database is away. */
  private static final Duration PAUSE = Duration.ofSeconds(5);

  @EJB AuditStore store;
  @Inject AuditSettings settings;
  @Inject WorkerThreads threads;
  @Inject MeterRegistry metrics;
  @Inject Clock clock;
  @Inject Ids ids;

  private final WakingLoop loop = new WakingLoop(EVERY, this::writeSafely);
  private @Nullable AuditQueue queue;
  private List<AuditRecord> unwritten = List.of();
  private @Nullable Long known;
  private boolean failing;
  private long failedAt;

  @PostConstruct
  void prepare() {
    queue = new AuditQueue(settings.queue, clock, ids);
  }

  void start(@Observes @Initialized(ApplicationScoped.class) Object application) {
    threads.thread("audit", loop).start();
  }

  /** Notes what has happened. Never blocks, never throws. */
  void note(@Observes AuditEvent event) {
    if (!queue().offer(event)) {
      metrics.counter("parley.audit.lost", "kind", event.kind().text()).increment();
    }
    if (event.kind() != Kind.CONNECT || queue().size() >= BATCH) {
      loop.wake();
    }
  }

  void refused(@Observes CredentialRefused refused) {
    note(AuditEvent.unknown(Kind.REFUSAL, refused.code().code()).from(refused.address()));
  }

  /** A person's entries lose all that tells of the person; the chain stays as it is. */
  void erase(@Observes ErasePerson person) {
    flush();
    AuditHead head = store.head();
    long erased = 0;
    for (long from = head.removed() + 1; from <= head.last(); from += AuditStore.STEP) {
      erased += store.erase(person.org(), person.user(), from);
    }
    person.erased("audit", erased);
  }

  /**
   * A page of a tenant's entries, newest first.
   *
   * @param kind only of this kind; null for all
   * @param before only those with a smaller number
   */
  public List<AuditEntry> page(OrgId org, @Nullable Kind kind, long before, int limit) {
    return store.before(org.value(), kind == null ? null : kind.text(), before, limit);
  }

  /** Writes what waits, in the caller's thread; blocks. What cannot be written goes on waiting. */
  void flush() {
    boolean more;
    do {
      more = write();
    } while (more);
  }

  /** After all others, because draining has something to tell too. */
  void stop(
      @Observes
          @Priority(Interceptor.Priority.LIBRARY_AFTER)
          @BeforeDestroyed(ApplicationScoped.class)
          Object application) {
    loop.stop();
    try {
      flush();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "The end of the audit trail is not written: {0}", e.toString());
    }
  }

  /** After a failure it waits a little: the server logs each one with its stack trace. */
  private void writeSafely() {
    if (failing && System.nanoTime() - failedAt < PAUSE.toNanos()) {
      return;
    }
    try {
      flush();
      failing = false;
    } catch (RuntimeException e) {
      if (!failing) {
        LOG.log(Level.WARNING, "The audit trail waits for the database: {0}", e.toString());
      }
      failing = true;
      failedAt = System.nanoTime();
    }
  }

  /** Writes one batch; says whether there may be more. One at a time, so that the order stays. */
  private synchronized boolean write() {
    if (unwritten.isEmpty()) {
      unwritten = queue().take(BATCH);
    }
    if (unwritten.isEmpty()) {
      return false;
    }
    if (known == null) {
      known = store.head().last();
    }
    int size = unwritten.size();
    known = store.append(unwritten, known).last();
    unwritten = List.of();
    return size >= BATCH;
  }

  private AuditQueue queue() {
    AuditQueue made = queue;
    if (made == null) {
      throw new IllegalStateException("not prepared");
    }
    return made;
  }
}
