package dev.parley.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.Recorder;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DispatcherTest {
  private final Dispatcher dispatcher = new Dispatcher(TestNode.metrics().meter());
  private final Thread thread = new Thread(dispatcher::loop);
  private final Recorder<String> events = new Recorder<>();

  @BeforeEach
  void start() {
    thread.start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    thread.interrupt();
    thread.join(10_000);
  }

  private void await(String event) {
    events.await(event, event::equals);
  }

  @Test
  void laterTasksRunInTheOrderOfTheirTimesAndNotBefore() {
    long begin = System.nanoTime();
    long later = TimeUnit.MILLISECONDS.toNanos(60);
    dispatcher.execute(
        () -> {
          dispatcher.executeLater(() -> events.record("second"), later);
          dispatcher.executeLater(() -> events.record("first"), later / 2);
          dispatcher.executeLater(() -> events.record("now"), 0);
        });
    await("now");
    await("first");
    await("second");
    assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(later);
  }

  @Test
  void aLaterTaskDoesNotHoldUpTheOthers() {
    dispatcher.execute(
        () -> dispatcher.executeLater(() -> events.record("late"), TimeUnit.HOURS.toNanos(1)));
    dispatcher.execute(() -> events.record("soon"));
    await("soon");
    assertThat(events.rest()).isEmpty();
  }

  @Test
  void aFailureEndsOneTaskAndNotTheThread() {
    dispatcher.execute(
        () -> {
          throw new IllegalStateException("on purpose");
        });
    dispatcher.execute(() -> events.record("still there"));
    await("still there");
  }
}
