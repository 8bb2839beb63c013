package dev.parley.admin;

import dev.parley.cluster.ClusterBus;
import dev.parley.cluster.NodeLoad;
import dev.parley.cluster.NodeState;
import dev.parley.cluster.RedisSettings;
import dev.parley.delivery.DeliveryCanary;
import dev.parley.message.LogReader;
import dev.parley.platform.BlockingCalls;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How this node is. Readiness says whether it should get new clients and fails fast; liveness says
 * whether it is beyond help, and a database or Redis that is away is no reason to restart.
 */
@ApplicationScoped
public class NodeHealth {
  /** What a probe may take: shorter than the usual second of an orchestrator's probe twice over. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** A dispatcher that has not moved for this long is stuck. */
  private static final Duration STUCK = Duration.ofSeconds(10);

  @Inject LogReader log;
  @Inject BlockingCalls calls;
  @Inject ClusterBus bus;
  @Inject NodeLoad load;
  @Inject RedisSettings cluster;
  @Inject DeliveryCanary canary;
  @Inject Startup startup;

  /** One thing that was looked at. */
  public record Check(String name, boolean up) {}

  /** Is the process worth keeping? */
  public List<Check> live() {
    return List.of(new Check("delivery", canary.sings(STUCK)));
  }

  /** Should clients be sent here? */
  public List<Check> ready() {
    return List.of(
        new Check("started", startup.isDone()),
        new Check("serving", load.state() == NodeState.SERVING),
        new Check("database", isDatabaseUp()),
        new Check("bus", isBusUp()),
        new Check("delivery", canary.sings(PATIENCE)));
  }

  /** Has it begun? */
  public List<Check> started() {
    return List.of(new Check("started", startup.isDone()));
  }

  /** Without the bus everything arrives, only later: a short break moves nobody. */
  private boolean isBusUp() {
    return bus.outage().compareTo(cluster.downGrace) <= 0;
  }

  private boolean isDatabaseUp() {
    try {
      return calls.call(log::isReachable).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }
}
