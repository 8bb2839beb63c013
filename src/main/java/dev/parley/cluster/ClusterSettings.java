package dev.parley.cluster;

import dev.parley.platform.Settings;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;

/** The settings of nodes among other nodes. */
@Dependent
public class ClusterSettings {
  /** {@code parley.node}: this node's name, for people and logs; default: a random one. */
  public final String node;

  /**
   * {@code parley.cluster.lease}: how long a node counts as alive after its last sign. It is
   * renewed three times as often, so that one slow transaction ends nothing.
   */
  public final Duration lease;

  /** {@code parley.cluster.flush}: how often changes of who is connected where are written. */
  public final Duration flush;

  /** {@code parley.cluster.drain-window}: over how long a drained node's clients leave. */
  public final Duration drainWindow;

  /**
   * {@code parley.cluster.stop-window}: the same when the process is told to end. Half of the ten
   * seconds that the least patient of common supervisors gives.
   */
  public final Duration stopWindow;

  @Inject
  ClusterSettings(Settings settings) {
    node = settings.text("parley.node", "");
    lease =
        settings.duration(
            "parley.cluster.lease",
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofHours(1));
    flush =
        settings.duration(
            "parley.cluster.flush",
            Duration.ofMillis(500),
            Duration.ofMillis(10),
            Duration.ofHours(1));
    drainWindow = settings.duration("parley.cluster.drain-window", Duration.ofSeconds(30));
    stopWindow = settings.duration("parley.cluster.stop-window", Duration.ofSeconds(5));
  }
}
