package dev.parley.message;

import dev.parley.platform.Settings;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;

/** The settings of the log. */
@Dependent
public class MessageSettings {
  /**
   * {@code parley.message.max-payload}: largest {@code data} in bytes. 100 KiB holds any chat
   * message and most documents' changes; files belong elsewhere.
   */
  public final int maxPayload;

  /**
   * {@code parley.message.append-lanes}: transactions that append at the same time. Each holds one
   * database connection; more of them make the batches of each smaller.
   */
  public final int lanes;

  /** {@code parley.message.append-batch}: most messages in one transaction. */
  public final int batch;

  /**
   * {@code parley.message.publish-many}: most messages of one call that publishes many. They are
   * one transaction, and whoever publishes in one of their channels waits for it.
   */
  public final int publishMany;

  /**
   * {@code parley.message.append-queue}: messages that may wait in one lane; beyond that publishers
   * are told to come back. At the largest payload a full queue of each lane takes 400 MB, at an
   * ordinary one of 200 bytes less than a megabyte.
   */
  public final int queue;

  /** {@code parley.message.key-retention}: how long an idempotency key is remembered. */
  public final Duration keyRetention;

  /** {@code parley.message.sweep-interval}: how often retention is applied. */
  public final Duration sweepInterval;

  @Inject
  MessageSettings(Settings settings) {
    // The column holds a million characters.
    maxPayload = settings.integer("parley.message.max-payload", 100 * 1024, 1024, 1_000_000);
    lanes = settings.integer("parley.message.append-lanes", 2, 1, 16);
    batch = settings.integer("parley.message.append-batch", 128, 1, 1000);
    publishMany = settings.integer("parley.message.publish-many", 100, 1, 1000);
    queue = settings.integer("parley.message.append-queue", 1024, 1, 100_000);
    keyRetention = settings.duration("parley.message.key-retention", Duration.ofHours(24));
    sweepInterval = settings.duration("parley.message.sweep-interval", Duration.ofMinutes(1));
  }
}
