package dev.parley.connection;

import dev.parley.platform.Settings;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;

/** The settings of {@link ShedConnections}. */
@Dependent
public class ShedSettings {
  /** {@code parley.cluster.shed}: whether a node gives connections away to emptier ones. */
  public final boolean enabled;

  /**
   * {@code parley.cluster.shed-interval}: how often it looks. Long enough for those who have left
   * to be counted where they have come: a node tells its count three times in a lease.
   */
  public final Duration interval;

  /** {@code parley.cluster.shed-idle}: for how long a connection must have sent no command. */
  public final Duration idle;

  /** {@code parley.cluster.shed-floor}: so many a node keeps in any case. */
  public final int floor;

  @Inject
  ShedSettings(Settings settings) {
    enabled = settings.flag("parley.cluster.shed", false);
    interval =
        settings.duration(
            "parley.cluster.shed-interval",
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofHours(1));
    idle = settings.duration("parley.cluster.shed-idle", Duration.ofMinutes(1));
    floor = settings.integer("parley.cluster.shed-floor", 100, 0, 1_000_000);
  }
}
