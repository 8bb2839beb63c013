package dev.parley.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ActivityTest {
  /** Any value: System.nanoTime may be negative, and may overflow. */
  private long now = Long.MAX_VALUE - 5;

  private final Activity activity = new Activity(() -> now);

  private boolean isIdleAfter(int seconds) {
    now += Duration.ofSeconds(seconds).toNanos();
    return activity.isIdleFor(Duration.ofSeconds(60));
  }

  @Test
  void whoHasJustComeIsNotIdle() {
    assertThat(isIdleAfter(59)).isFalse();
    assertThat(isIdleAfter(1)).isTrue();
  }

  @Test
  void whoHasAskedForSomethingIsNotIdle() {
    assertThat(isIdleAfter(100)).isTrue();
    activity.commanded();
    assertThat(isIdleAfter(59)).isFalse();
    assertThat(isIdleAfter(1)).isTrue();
  }

  @Test
  void aSignOfLifeIsNoCommand() {
    assertThat(isIdleAfter(59)).isFalse();
    activity.heard();
    activity.pinged();
    assertThat(activity.heardAt()).isEqualTo(activity.pingedAt()).isEqualTo(now);
    assertThat(isIdleAfter(1)).isTrue();
  }
}
