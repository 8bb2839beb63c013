package dev.parley.audit;

import dev.parley.platform.Settings;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;

/** The audit trail ({@code parley.audit.*}). */
@Dependent
public class AuditSettings {
  /**
   * {@code parley.audit.retention}: how long entries are kept. Default 365 days: a year is what
   * auditors ask for most. Zero keeps them for ever.
   */
  final Duration retention;

  /**
   * {@code parley.audit.queue}: how many events may wait for the database. Default 20,000: what a
   * node sees within ten seconds when 2,000 clients a second reconnect, and below 20 MB. What does
   * not fit is counted by its kind and written down as a loss.
   */
  final int queue;

  @Inject
  AuditSettings(Settings settings) {
    retention = settings.duration("parley.audit.retention", Duration.ofDays(365));
    queue = settings.integer("parley.audit.queue", 20_000, 100, 1_000_000);
  }
}
