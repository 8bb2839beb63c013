package dev.parley.notification;

import dev.parley.platform.Settings;
import dev.parley.protocol.OrgId;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;

/** The settings of notifications. */
@Dependent
public class NotificationSettings {
  /**
   * {@code parley.notification.max-data}: largest {@code data} in bytes. It is stored twice for
   * each person, and a notification is a sentence and a link.
   */
  public final int maxData;

  /** {@code parley.notification.max-users}: most users that one call names. */
  public final int maxUsers;

  /**
   * {@code parley.notification.part}: users of one transaction, whose inboxes are locked together.
   * A call with more of them is carried out behind its answer.
   */
  public final int part;

  /**
   * {@code parley.notification.jobs}: calls of one tenant that may be under way behind their
   * answers; each holds up to {@code max-users} names in the database.
   */
  public final int jobs;

  /**
   * {@code parley.notification.poll}: how often a node looks for jobs that it was not told of:
   * those of a node that has ended.
   */
  public final Duration poll;

  /**
   * {@code parley.notification.retention-count}: the newest notifications that a person's inbox
   * keeps, and a tenant's; {@code parley.notification.retention-age}: how long one is kept, zero
   * for ever.
   */
  final KeepRule retention;

  /** {@code parley.notification.retention-by-tenant}: what holds instead for these tenants. */
  final Map<OrgId, KeepRule> retentionByTenant;

  @Inject
  NotificationSettings(Settings settings) {
    // The column holds a million characters.
    maxData = settings.integer("parley.notification.max-data", 16 << 10, 256, 900_000);
    maxUsers = settings.integer("parley.notification.max-users", 10_000, 1, 10_000);
    part = settings.integer("parley.notification.part", 100, 1, 1000);
    jobs = settings.integer("parley.notification.jobs", 100, 1, 10_000);
    poll =
        settings.duration(
            "parley.notification.poll",
            Duration.ofSeconds(5),
            Duration.ofMillis(100),
            Duration.ofHours(1));
    retention =
        new KeepRule(
            settings.integer("parley.notification.retention-count", 1000, 1, KeepRule.MAX_COUNT),
            settings.duration("parley.notification.retention-age", Duration.ofDays(90)));
    retentionByTenant =
        settings.parsed(
            "parley.notification.retention-by-tenant",
            Map.of(),
            KeepRule::byTenant,
            "a list such as acme=500/P30D,globex=10000/P365D");
  }
}
