package dev.parley.cluster;

import dev.parley.platform.BlockingCalls;
import dev.parley.platform.Ids;
import dev.parley.platform.Release;
import dev.parley.platform.WorkerThreads;
import dev.parley.protocol.OrgId;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Who is alive: each node has a row in the database that counts until its lease is over, and renews
 * it three times as often. All times are the database's, so no node's clock matters.
 *
 * <p>Guarantees: a node that was killed, frozen or cut off from the database is nobody's node any
 * more once its lease is over, and neither are its {@link UserNodes}. A node that comes back later
 * finds that out with its next sign of life and registers anew, under a new id. Does not guarantee
 * that a node in the list still lives: it did when it last renewed its lease.
 *
 * <p>Any thread. What blocks happens on a thread of its own, also the writes of {@link UserNodes},
 * so that the two never run at the same time.
 */
@ApplicationScoped
public class NodeRegistry {
  private static final System.Logger LOG = System.getLogger(NodeRegistry.class.getName());

  /** Signs of life within one lease. */
  private static final int BEATS = 3;

  @Inject NodeStore store;
  @Inject UserNodes users;
  @Inject NodeLoad load;
  @Inject Node node;
  @Inject ClusterSettings settings;
  @Inject WorkerThreads threads;
  @Inject BlockingCalls calls;
  @Inject MeterRegistry meters;
  @Inject Ids ids;

  private final AtomicInteger alive = new AtomicInteger();
  private @Nullable ScheduledExecutorService timer;
  private volatile String id = "";
  private boolean left;
  private boolean troubled;

  void start(@Observes @Initialized(ApplicationScoped.class) Object application) {
    meters.gauge("parley.cluster.nodes", alive);
    long beat = settings.lease.toMillis() / BEATS;
    ScheduledExecutorService made = threads.timer("registry");
    timer = made;
    Future<?> beats =
        made.scheduleWithFixedDelay(() -> safely(this::beat), 0, beat, TimeUnit.MILLISECONDS);
    long flush = settings.flush.toMillis();
    Future<?> flushes =
        made.scheduleWithFixedDelay(() -> safely(this::flush), flush, flush, TimeUnit.MILLISECONDS);
    LOG.log(Level.DEBUG, "Registry: {0}, {1}", beats, flushes);
  }

  /** This node's id in the registry; empty before it has registered and after it has left. */
  public String id() {
    return id;
  }

  /** The nodes whose lease is not over. */
  public CompletableFuture<List<NodeInfo>> alive() {
    return calls.call(store::alive);
  }

  /**
   * How many connections of these tenants the other living nodes hold; none of those that are
   * missing. Blocks.
   */
  public Map<OrgId, Integer> heldElsewhere(Set<OrgId> orgs) {
    return users.elsewhere(id, orgs);
  }

  /** Tells the others of a changed {@link NodeLoad} now, and not with the next renewal. */
  public void refresh() {
    ScheduledExecutorService current = timer;
    if (current != null) {
      try {
        current.execute(() -> safely(this::beat));
      } catch (RejectedExecutionException e) {
        LOG.log(Level.DEBUG, "The application is ending, nobody is told");
      }
    }
  }

  /** Takes this node out of the registry, for good. Blocks. */
  public synchronized void leave() {
    left = true;
    String mine = id;
    id = "";
    if (!mine.isEmpty()) {
      safely(() -> store.remove(mine));
    }
  }

  /** One sign of life; blocks. */
  synchronized void beat() {
    if (left) {
      return;
    }
    if (id.isEmpty()) {
      register();
    } else if (!store.renew(id, settings.lease, load)) {
      LOG.log(Level.WARNING, "The lease of node {0} was over before it was renewed", node.name());
      store.remove(id);
      register();
    }
    store.expired().forEach(this::prune);
    alive.set(store.alive().size());
    troubled = false;
  }

  private void register() {
    String fresh = ids.random(12);
    store.register(fresh, node.name(), Release.version(), settings.lease, load);
    id = fresh;
    users.rewrite();
    LOG.log(Level.INFO, "Node {0} is registered as {1}", node.name(), fresh);
  }

  private void prune(String expired) {
    store.remove(expired);
    LOG.log(Level.INFO, "The lease of the node registered as {0} is over", expired);
  }

  private synchronized void flush() {
    if (!id.isEmpty()) {
      users.flush(id);
    }
  }

  private synchronized void safely(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      // Told once for each time of trouble; the next try comes by itself.
      LOG.log(
          troubled ? Level.DEBUG : Level.WARNING,
          "The registry of nodes cannot be written: {0}",
          e.toString());
      troubled = true;
    }
  }
}
