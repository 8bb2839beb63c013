package dev.parley.connection;

import dev.parley.cluster.NodeInfo;
import dev.parley.cluster.NodeLoad;
import dev.parley.cluster.NodeRegistry;
import dev.parley.cluster.NodeState;
import dev.parley.platform.WorkerThreads;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Gives connections away to nodes that have fewer, a few at a time, when that is configured: after
 * a node was added or restarted, nobody would come to it who is connected already.
 *
 * <p>Only idle connections are told to go: older than the configured time, without a command for as
 * long, with none under way, and known to whom they belong. They leave as from a node that drains:
 * {@code draining} with a random time after which to come back, then 4203 once everything is
 * written, and they go on from their position wherever they come to. A waiting poll is not asked:
 * its next request goes to whatever node it reaches anyway.
 *
 * <p>Nothing blocks: the counts of the other nodes are read elsewhere. Any thread.
 */
@ApplicationScoped
class ShedConnections {
  private static final System.Logger LOG = System.getLogger(ShedConnections.class.getName());

  private static final long TICK_MS = 100;

  /** The longest time after which a client is asked to come back, in milliseconds. */
  private static final int RECONNECT_MS = 1_000;

  /** How long a client that was told may take to get what is still under way for it. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  @Inject Connections connections;
  @Inject NodeRegistry registry;
  @Inject NodeLoad load;
  @Inject ShedSettings settings;
  @Inject ConnectionMetrics metrics;
  @Inject WorkerThreads threads;

  /** Who was told: those of the last few looks, {@link ShedPlan#MAX} each at most. */
  private final Queue<Connection> leaving = new ConcurrentLinkedQueue<>();

  void start(@Observes @Initialized(ApplicationScoped.class) Object application) {
    if (!settings.enabled) {
      return;
    }
    ScheduledExecutorService timer = threads.timer("shed");
    long interval = settings.interval.toMillis();
    // Nodes that were started together do not all look at the same moment.
    long first = ThreadLocalRandom.current().nextLong(interval) + interval;
    Future<?> looks =
        timer.scheduleWithFixedDelay(
            () -> safely(this::look), first, interval, TimeUnit.MILLISECONDS);
    Future<?> partings =
        timer.scheduleWithFixedDelay(
            () -> safely(this::part), TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
    LOG.log(Level.DEBUG, "Shedding: {0}, {1}", looks, partings);
  }

  private void look() {
    if (load.state() == NodeState.SERVING) {
      var unused =
          registry
              .alive()
              .thenAccept(this::shed)
              .exceptionally(
                  failure -> {
                    LOG.log(Level.DEBUG, "The other nodes are not known", failure);
                    return null;
                  });
    }
  }

  /** Tells as many as are due among these nodes. */
  private void shed(List<NodeInfo> nodes) {
    List<Connection> open = connections.all().stream().filter(one -> !one.isLeaving()).toList();
    int due = ShedPlan.due(registry.id(), open.size(), nodes, settings.floor);
    if (due == 0 || load.state() != NodeState.SERVING) {
      return;
    }
    // The connections' ids are random, and so is the order in which they come.
    List<Connection> chosen = open.stream().filter(this::isIdle).limit(due).toList();
    chosen.forEach(this::tell);
    LOG.log(
        Level.INFO,
        "{0} of {1} connections are told to go to other nodes, {2} were due",
        chosen.size(),
        open.size(),
        due);
  }

  private boolean isIdle(Connection one) {
    return one.caller() != null
        && one.wire().isLasting()
        && one.activity().isIdleFor(settings.idle)
        && one.subscriber().stalledNanos() == 0
        && !one.isBusy();
  }

  private void tell(Connection connection) {
    leaving.add(connection);
    connection.leave(ThreadLocalRandom.current().nextInt(RECONNECT_MS));
    metrics.shed();
  }

  /** Closes those who have got everything, or had time enough. */
  private void part() {
    leaving.removeIf(this::hasParted);
  }

  private boolean hasParted(Connection connection) {
    boolean late = System.nanoTime() - connection.leavingSince() > GRACE.toNanos();
    connection.leaveWhenDone(late);
    return late || !connections.has(connection);
  }

  private static void safely(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "A step of shedding has failed", e);
    }
  }
}
