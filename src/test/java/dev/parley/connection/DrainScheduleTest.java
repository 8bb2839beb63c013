package dev.parley.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cluster.NodeState;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DrainScheduleTest {
  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(100);
  private static final Duration WINDOW = Duration.ofSeconds(10);

  /** Any value: System.nanoTime may be negative, and may overflow. */
  private static final long NOW = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1);

  private final DrainSchedule schedule = new DrainSchedule(Duration.ofMillis(100));

  private static long at(double seconds) {
    return NOW + (long) (seconds * 1e9);
  }

  @Test
  void aNodeServesUntilItIsToldToDrain() {
    assertThat(schedule.state()).isEqualTo(NodeState.SERVING);
    assertThat(schedule.finished()).isFalse();
    assertThat(schedule.state()).isEqualTo(NodeState.SERVING);
  }

  @Test
  void onlyTheFirstBeginEndsTheServing() {
    assertThat(schedule.begin(NOW, WINDOW)).isTrue();
    assertThat(schedule.begin(NOW, WINDOW)).isFalse();
    assertThat(schedule.state()).isEqualTo(NodeState.DRAINING);
  }

  @Test
  void aDrainedNodeNeverServesAgain() {
    schedule.begin(NOW, WINDOW);
    assertThat(schedule.finished()).isTrue();
    assertThat(schedule.finished()).isFalse();
    assertThat(schedule.begin(at(20), WINDOW)).isFalse();
    assertThat(schedule.state()).isEqualTo(NodeState.DRAINED);
  }

  @Test
  void aShorterWindowBringsTheEndForward() {
    schedule.begin(NOW, WINDOW);
    schedule.begin(at(1), Duration.ofSeconds(2));
    assertThat(schedule.isOver(at(2.9))).isFalse();
    assertThat(schedule.isOver(at(3))).isTrue();
  }

  @Test
  void aLongerWindowDoesNotPutTheEndOff() {
    schedule.begin(NOW, WINDOW);
    schedule.begin(at(1), Duration.ofHours(1));
    assertThat(schedule.isOver(at(10))).isTrue();
  }

  @Test
  void aDrainedNodeGetsTimeForItsLastRequestsWhenItStops() {
    schedule.begin(NOW, WINDOW);
    schedule.finished();
    schedule.begin(at(60), Duration.ofSeconds(5));
    assertThat(schedule.isOver(at(61))).isFalse();
    assertThat(schedule.isOver(at(65))).isTrue();
  }

  @Test
  void whoWasToldHasTimeForWhatIsUnderWayButNotForEver() {
    schedule.begin(NOW, WINDOW);
    assertThat(schedule.isLate(at(1), at(2.9))).isFalse();
    assertThat(schedule.isLate(at(1), at(3.1))).isTrue();
  }

  @Property
  void everybodyIsToldInTimeAndNoTickHasMuchMoreThanItsShare(
      @ForAll @IntRange(max = 20_000) int connections,
      @ForAll @IntRange(min = 1, max = 300) int seconds) {
    DrainSchedule drain = new DrainSchedule(Duration.ofMillis(100));
    drain.begin(NOW, Duration.ofSeconds(seconds));
    int untold = connections;
    int most = 0;
    long last = NOW;
    for (long now = NOW + TICK; !drain.isOver(now); now += TICK) {
      int due = drain.due(untold, now);
      assertThat(due).isBetween(0, untold);
      most = Math.max(most, due);
      untold -= due;
      last = due > 0 ? now : last;
    }
    assertThat(untold).isZero();
    // The last one told is still given a time to finish.
    double left = seconds - (last - NOW) / 1e9;
    assertThat(left)
        .isGreaterThanOrEqualTo(connections == 0 ? 0 : Math.min(2, seconds / 4.0) - 0.1);
    double share = connections / (seconds * 10 * 0.75);
    assertThat(most).isLessThanOrEqualTo((int) (share * 1.5) + 1);
  }
}
