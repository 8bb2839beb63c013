package dev.parley.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.Background;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When the work is done: at the start, when somebody says so, and now and then in any case. */
class WakingLoopTest {
  private static final Duration NEVER = Duration.ofHours(1);

  private final Semaphore rounds = new Semaphore(0);

  private void awaitRounds(int count) throws InterruptedException {
    assertThat(rounds.tryAcquire(count, 20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whoIsWokenWorksAtOnce() throws Exception {
    WakingLoop loop = new WakingLoop(NEVER, rounds::release);
    try (Background background = new Background()) {
      background.run(loop::run);
      awaitRounds(1);
      loop.wake();
      awaitRounds(1);
      loop.stop();
      background.await(Duration.ofSeconds(20));
    }
    assertThat(rounds.availablePermits()).isZero();
  }

  @Test
  void whomNobodyWakesLooksByItself() throws Exception {
    WakingLoop loop = new WakingLoop(Duration.ofMillis(5), rounds::release);
    try (Background background = new Background()) {
      background.run(loop::run);
      awaitRounds(4);
      loop.stop();
      background.await(Duration.ofSeconds(20));
    }
  }

  @Test
  void whatWasAskedForDuringARoundIsDoneAfterIt() throws Exception {
    Semaphore may = new Semaphore(0);
    WakingLoop loop =
        new WakingLoop(
            NEVER,
            () -> {
              rounds.release();
              may.acquireUninterruptibly();
            });
    try (Background background = new Background()) {
      background.run(loop::run);
      awaitRounds(1);
      loop.wake();
      loop.wake();
      may.release();
      awaitRounds(1);
      loop.stop();
      may.release(2);
      background.await(Duration.ofSeconds(20));
    }
    assertThat(rounds.availablePermits()).isZero();
  }
}
