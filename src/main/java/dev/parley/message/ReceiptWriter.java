package dev.parley.message;

import dev.parley.platform.BlockingCalls;
import dev.parley.platform.WorkerThreads;
import dev.parley.protocol.CommandRejected;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Gathers how far people have come, and writes it together. Watermarks are cumulative, so what
 * comes twice for one person and channel becomes one, and what is written later includes what was
 * lost before. Somebody who waits for the answer is written as soon as the last writing is done,
 * everybody else after {@code parley.receipts.flush}. Any thread; never blocks.
 */
@ApplicationScoped
class ReceiptWriter {
  private static final System.Logger LOG = System.getLogger(ReceiptWriter.class.getName());

  /** People and channels of one transaction: short, and the rows that it looks at stay few. */
  static final int BATCH = 100;

  /**
   * People and channels that may wait, at about 300 bytes each. More of them come together only
   * while the database is away.
   */
  static final int MAX_WAITING = 100_000;

  @Inject ReceiptStore store;
  @Inject ReceiptAnnouncer announcer;
  @Inject ReceiptSettings settings;
  @Inject Failures failures;
  @Inject BlockingCalls calls;
  @Inject WorkerThreads threads;

  // Guarded by this.
  private final Map<Advance.Key, Waiting> waiting = new LinkedHashMap<>();
  private boolean writing;

  private static final class Waiting {
    Advance advance;
    final CompletableFuture<Advanced> outcome = new CompletableFuture<>();

    Waiting(Advance advance) {
      this.advance = advance;
    }
  }

  @PostConstruct
  void start() {
    long period = settings.flush.toMillis();
    Future<?> unused =
        threads
            .timer("receipts")
            .scheduleWithFixedDelay(this::write, period, period, TimeUnit.MILLISECONDS);
  }

  /**
   * Makes the threads with the application, in its own contexts; see {@link WorkerThreads#pool}.
   */
  void begin(@Observes @Initialized(ApplicationScoped.class) Object application) {
    // Being called is enough: the bean exists now.
  }

  /**
   * Notes an advance. The stage completes once it is stored; its failure is a {@link
   * CommandRejected}.
   *
   * @param awaited whether somebody waits for the stage
   * @throws CommandRejected with {@code unavailable} when too many wait
   */
  CompletionStage<Advanced> note(Advance advance, boolean awaited) {
    CompletableFuture<Advanced> outcome = add(advance);
    if (awaited) {
      write();
    }
    return outcome;
  }

  private synchronized CompletableFuture<Advanced> add(Advance advance) {
    Waiting known = waiting.get(advance.key());
    if (known != null) {
      known.advance = known.advance.and(advance);
      return known.outcome;
    }
    if (waiting.size() >= MAX_WAITING) {
      throw CommandRejected.unavailable("too many receipts are waiting to be stored", null);
    }
    Waiting fresh = new Waiting(advance);
    waiting.put(advance.key(), fresh);
    return fresh.outcome;
  }

  /** Writes what waits, unless a writing is under way: that one goes on with it. */
  private void write() {
    List<Waiting> batch = take();
    if (batch.isEmpty()) {
      return;
    }
    CompletableFuture<?> unused =
        calls
            .call(() -> advance(batch))
            .whenComplete(
                (results, failure) -> {
                  if (results == null) {
                    refuse(batch, failures.toRejection(failure));
                  } else {
                    announcer.announce(results);
                    answer(batch, results);
                  }
                  done(results != null);
                });
  }

  private synchronized List<Waiting> take() {
    List<Waiting> batch = new ArrayList<>();
    if (!writing) {
      for (Iterator<Waiting> all = waiting.values().iterator();
          all.hasNext() && batch.size() < BATCH; ) {
        batch.add(all.next());
        all.remove();
      }
      writing = !batch.isEmpty();
    }
    return batch;
  }

  private List<Advanced> advance(List<Waiting> batch) {
    List<Advance> advances = batch.stream().map(one -> one.advance).toList();
    try {
      return store.advance(advances);
    } catch (RuntimeException e) {
      // Another node may have made the first row of somebody; it is there now.
      LOG.log(Level.DEBUG, "Receipts once more: {0}", e.toString());
      return store.advance(advances);
    }
  }

  /** After a failure the timer tries what came meanwhile, and not this at once. */
  private void done(boolean goOn) {
    boolean more;
    synchronized (this) {
      writing = false;
      more = !waiting.isEmpty();
    }
    if (more && goOn) {
      write();
    }
  }

  private static void answer(List<Waiting> batch, List<Advanced> results) {
    for (int i = 0; i < results.size(); i++) {
      Advanced result = results.get(i);
      CommandRejected rejected = result.rejected();
      if (rejected == null) {
        batch.get(i).outcome.complete(result);
      } else {
        batch.get(i).outcome.completeExceptionally(rejected);
      }
    }
  }

  private static void refuse(List<Waiting> batch, CommandRejected why) {
    batch.forEach(one -> one.outcome.completeExceptionally(why));
  }

  /** What nobody has waited for comes again with the next acknowledgement. */
  @PreDestroy
  void stop() {
    List<Waiting> rest;
    synchronized (this) {
      rest = List.copyOf(waiting.values());
      waiting.clear();
    }
    refuse(rest, CommandRejected.unavailable("the node is stopping", null));
  }

  /** How many wait. */
  synchronized int waiting() {
    return waiting.size();
  }
}
