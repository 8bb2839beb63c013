package dev.parley.connection.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionTimersTest {
  private final ScheduledThreadPoolExecutor managed = new ScheduledThreadPoolExecutor(1);

  @AfterEach
  void stop() {
    managed.shutdownNow();
  }

  @Test
  void whatIsDueAtOnceIsDoneByTheCaller() {
    AtomicReference<Thread> ran = new AtomicReference<>();
    ScheduledFuture<?> done =
        SessionTimers.atOnce(managed)
            .schedule(() -> ran.set(Thread.currentThread()), 0, TimeUnit.MILLISECONDS);
    assertThat(ran).hasValue(Thread.currentThread());
    assertThat(done.isDone()).isTrue();
  }

  @Test
  void whatIsDueLaterIsTheExecutors() throws InterruptedException, ExecutionException {
    AtomicReference<Thread> ran = new AtomicReference<>();
    SessionTimers.atOnce(managed)
        .schedule(() -> ran.set(Thread.currentThread()), 1, TimeUnit.MILLISECONDS)
        .get();
    assertThat(ran.get()).isNotNull().isNotEqualTo(Thread.currentThread());
  }

  @Test
  void itsRefusalsAreItsOwn() {
    var timers = SessionTimers.atOnce(managed);
    managed.shutdownNow();
    assertThatThrownBy(() -> timers.schedule(() -> {}, 1, TimeUnit.SECONDS))
        .isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void anotherServersContainerIsLeftAsItIs() {
    SessionTimers.spare(null);
    SessionTimers.spare("another");
    assertThat(managed.getQueue()).isEmpty();
  }
}
