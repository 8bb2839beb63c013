package dev.parley.message;

import dev.parley.platform.Settings;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;

/** How receipts are kept. */
@Dependent
public class ReceiptSettings {
  /**
   * {@code parley.receipts.flush}: how long watermarks that nobody waits for are gathered. Nobody
   * sees a fifth of a second, and a person who scrolls moves the watermark once in it.
   */
  public final Duration flush;

  /**
   * {@code parley.receipts.time-retention}: for how long it is known when something was received
   * and read. Who asks asks about something recent, and the times are a row for each step.
   */
  public final Duration timeRetention;

  @Inject
  ReceiptSettings(Settings settings) {
    flush =
        settings.duration(
            "parley.receipts.flush",
            Duration.ofMillis(200),
            Duration.ofMillis(10),
            Duration.ofSeconds(10));
    timeRetention = settings.duration("parley.receipts.time-retention", Duration.ofDays(90));
  }
}
