package dev.parley.connection;

import dev.parley.cluster.ClusterSettings;
import dev.parley.cluster.NodeLoad;
import dev.parley.cluster.NodeRegistry;
import dev.parley.cluster.NodeState;
import dev.parley.message.PublishMessage;
import dev.parley.platform.BlockingCalls;
import dev.parley.platform.WorkerThreads;
import dev.parley.protocol.CloseCode;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Empties this node without losing anything: an operator's {@code POST /admin/drain}, and the end
 * of the application (an undeployment, SIGTERM) with a shorter window.
 *
 * <p>From the first moment the node is not ready and takes no connections. Its clients are told to
 * leave in equal shares over the window, each with a random time after which to come back, so that
 * they do not arrive elsewhere all at once. A client that was told gets the answers to what it had
 * sent, and is then closed with 4203; a command that it sends later is answered with {@code
 * unavailable}. When the window is over, nobody is left. Any thread.
 */
@ApplicationScoped
public class DrainNode implements NodeLoad {
  private static final System.Logger LOG = System.getLogger(DrainNode.class.getName());

  private static final Duration TICK = Duration.ofMillis(100);

  /** The longest time after which a client is asked to come back, in milliseconds. */
  private static final int RECONNECT_MS = 1_000;

  /** How long the database may take to forget this node; if it is away, the lease ends it. */
  private static final Duration LEAVE = Duration.ofSeconds(2);

  @Inject Connections connections;
  @Inject PublishMessage publish;
  @Inject NodeRegistry registry;
  @Inject ClusterSettings settings;
  @Inject BlockingCalls calls;
  @Inject WorkerThreads threads;

  private final DrainSchedule schedule = new DrainSchedule(TICK);
  private volatile @Nullable CompletableFuture<Boolean> quiet;

  void start(@Observes @Initialized(ApplicationScoped.class) Object application) {
    long tick = TICK.toMillis();
    Future<?> unused =
        threads
            .timer("drain")
            .scheduleWithFixedDelay(this::safeStep, tick, tick, TimeUnit.MILLISECONDS);
  }

  @Override
  public NodeState state() {
    return schedule.state();
  }

  @Override
  public int connections() {
    return connections.count();
  }

  /** Why the node takes no connections; null when it does. */
  @Nullable CommandRejected refusal() {
    return switch (state()) {
      case SERVING -> null;
      case DRAINING, DRAINED ->
          new CommandRejected(ErrorCode.UNAVAILABLE, "the node is draining", RECONNECT_MS, null);
    };
  }

  /** Begins to drain over this window. When the node drains already, the earlier end counts. */
  public void begin(Duration window) {
    if (schedule.begin(System.nanoTime(), window)) {
      LOG.log(Level.INFO, "Draining {0} connections over {1}", connections.count(), window);
      registry.refresh();
    }
  }

  /**
   * Before anything of the application is gone. On Payara the server answers new requests with 503
   * from this moment on, but what is open goes on, and it waits for this method.
   */
  void stop(@Observes @BeforeDestroyed(ApplicationScoped.class) Object application) {
    CompletableFuture<Boolean> wanted = new CompletableFuture<>();
    begin(settings.stopWindow);
    long since = System.nanoTime();
    quiet = wanted;
    await(wanted, settings.stopWindow.plus(TICK.multipliedBy(5)));
    await(calls.call(this::leave), LEAVE);
    LOG.log(
        Level.INFO,
        "The node has left after {0} ms",
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since));
  }

  private boolean leave() {
    registry.leave();
    return true;
  }

  private static void await(Future<Boolean> event, Duration patience) {
    try {
      boolean unused = event.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.log(Level.WARNING, "The node leaves before all is done: {0}", e.toString());
    }
  }

  private void safeStep() {
    try {
      step();
    } catch (RuntimeException | LinkageError e) {
      LOG.log(Level.WARNING, "A step of draining has failed", e);
    }
  }

  private void step() {
    if (state() == NodeState.SERVING) {
      return;
    }
    long now = System.nanoTime();
    boolean over = schedule.isOver(now);
    // Looked up anew each time: one that came in at the last moment is among them.
    List<Connection> open = List.copyOf(connections.all());
    if (over) {
      open.forEach(connection -> connection.close(CloseCode.DRAINING));
    } else {
      tell(open.stream().filter(one -> !one.isLeaving()).toList(), now);
      open.stream()
          .filter(Connection::isLeaving)
          .forEach(one -> one.leaveWhenDone(schedule.isLate(one.leavingSince(), now)));
    }
    if (over || (connections.count() == 0 && publish.underWay() == 0)) {
      finished();
    }
  }

  /** The connections' ids are random, and so is the order in which they come. */
  private void tell(List<Connection> untold, long now) {
    untold.stream()
        .limit(schedule.due(untold.size(), now))
        .forEach(one -> one.leave(ThreadLocalRandom.current().nextInt(RECONNECT_MS)));
  }

  private void finished() {
    if (schedule.finished()) {
      LOG.log(Level.INFO, "Drained");
      registry.refresh();
    }
    CompletableFuture<Boolean> waiting = quiet;
    if (waiting != null) {
      waiting.complete(true);
    }
  }
}
