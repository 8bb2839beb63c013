package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.platform.FakeConfig;
import dev.parley.platform.Ids;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.Rejection;
import dev.parley.protocol.ServerFrame.Published;
import dev.parley.protocol.StreamPosition;
import dev.parley.testkit.Await;
import java.sql.SQLTransientConnectionException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AppendLaneTest {
  private static final ChannelKey ROOM = Appends.channel("acme", "room:a");
  private static final int BATCH = 4;
  private static final int QUEUE = 10;

  private final FakeLog log = new FakeLog();
  private final AppendLane lane = lane();
  private final Thread thread = new Thread(lane::loop, "append");

  private AppendLane lane() {
    Failures failures = new Failures();
    failures.ids = new Ids();
    return new AppendLane(
        log,
        failures,
        new MessageSettings(
            FakeConfig.settings(
                Map.of(
                    "parley.message.append-batch", String.valueOf(BATCH),
                    "parley.message.append-queue", String.valueOf(QUEUE)))));
  }

  /** A log in memory that can be held, and that fails as it is told. */
  private static final class FakeLog extends MessageLog {
    final List<List<String>> batches = new ArrayList<>();
    final Map<String, Published> stored = new LinkedHashMap<>();
    final Set<String> poisonous = ConcurrentHashMap.newKeySet();
    final Set<String> conflicting = ConcurrentHashMap.newKeySet();
    int alone;
    final Semaphore entered = new Semaphore(0);
    final Semaphore allowed = new Semaphore(Integer.MAX_VALUE / 2);
    volatile RuntimeException failure = new IllegalStateException("cannot be stored");
    volatile boolean failsAfterCommit;

    /** Whether nobody finds out either what was stored. */
    volatile boolean silent;

    void hold() {
      allowed.drainPermits();
    }

    void awaitEntered() throws InterruptedException {
      assertThat(entered.tryAcquire(10, TimeUnit.SECONDS)).as("the log was called").isTrue();
    }

    void goOn() {
      allowed.release(Integer.MAX_VALUE / 2);
    }

    @Override
    public List<Outcome> append(List<Append> appends, Runnable beforeCommit) {
      List<String> texts = appends.stream().map(Appends::text).toList();
      enter();
      synchronized (this) {
        batches.add(texts);
        if (texts.stream().anyMatch(poisonous::contains)) {
          throw failure;
        }
        List<Outcome> outcomes = appends.stream().map(this::store).toList();
        beforeCommit.run();
        if (failsAfterCommit) {
          throw failure;
        }
        return outcomes;
      }
    }

    @Override
    public Outcome appendUnlessStored(Append append, Runnable beforeCommit) {
      synchronized (this) {
        alone++;
        Published known = stored.get(Appends.text(append));
        if (known != null && !silent) {
          return Outcome.of(known);
        }
        if (silent || poisonous.contains(Appends.text(append))) {
          throw failure;
        }
        return store(append);
      }
    }

    private Outcome store(Append append) {
      String text = Appends.text(append);
      if (conflicting.contains(text)) {
        return Outcome.of(new CommandRejected(ErrorCode.CONFLICT, "key: was used"));
      }
      Published published =
          new Published(
              ROOM.name(),
              append.id(),
              new StreamPosition("e", stored.size() + 1),
              Instant.EPOCH,
              false);
      assertThat(stored.put(text, published)).as("%s is stored once", text).isNull();
      return Outcome.of(published);
    }

    private void enter() {
      entered.release();
      try {
        allowed.acquire();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    synchronized List<String> texts() {
      return List.copyOf(stored.keySet());
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    log.goOn();
    lane.stop();
    thread.join(10_000);
    assertThat(thread.isAlive()).isFalse();
  }

  private CompletableFuture<Published> offer(String text) {
    return lane.offer(Appends.of(ROOM, text)).toCompletableFuture();
  }

  private List<CompletableFuture<Published>> offer(int from, int to) {
    List<CompletableFuture<Published>> answers = new ArrayList<>();
    for (int i = from; i <= to; i++) {
      answers.add(offer("m" + i));
    }
    return answers;
  }

  private static long offset(CompletableFuture<Published> answer) {
    return Await.result("an answer", answer).position().offset();
  }

  private static CommandRejected rejection(CompletableFuture<Published> answer) {
    try {
      throw new AssertionError("was stored: " + answer.get(10, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      return (CommandRejected) e.getCause();
    } catch (Exception e) {
      throw new AssertionError("was not answered", e);
    }
  }

  /** Holds the log with the first message in it. */
  private CompletableFuture<Published> holdWith(String first) throws InterruptedException {
    log.hold();
    thread.start();
    CompletableFuture<Published> answer = offer(first);
    log.awaitEntered();
    return answer;
  }

  @Test
  void whatGathersDuringATransactionIsTheNextOne() throws InterruptedException {
    CompletableFuture<Published> first = holdWith("m0");
    List<CompletableFuture<Published>> gathered = offer(1, 6);
    assertThat(first).isNotDone();
    log.goOn();
    assertThat(offset(first)).isEqualTo(1);
    for (int i = 0; i < gathered.size(); i++) {
      assertThat(offset(gathered.get(i))).isEqualTo(i + 2);
    }
    assertThat(log.batches)
        .containsExactly(List.of("m0"), List.of("m1", "m2", "m3", "m4"), List.of("m5", "m6"));
  }

  @Test
  void aMessageThatIsAloneDoesNotWaitForOthers() {
    thread.start();
    for (int i = 1; i <= 3; i++) {
      assertThat(offset(offer("m" + i))).isEqualTo(i);
    }
    assertThat(log.batches).containsExactly(List.of("m1"), List.of("m2"), List.of("m3"));
  }

  @Test
  void nobodyIsAnsweredBeforeTheLogIsDone() throws InterruptedException {
    CompletableFuture<Published> first = holdWith("m0");
    List<CompletableFuture<Published>> others = offer(1, 3);
    assertThat(first).isNotDone();
    assertThat(others).noneMatch(CompletableFuture::isDone);
  }

  /** Seen to fail when a batch's failure is answered to all in it. */
  @Test
  void oneMessageThatCannotBeStoredDoesNotTakeTheOthersOfItsBatchWithIt()
      throws InterruptedException {
    log.poisonous.add("m2");
    CompletableFuture<Published> first = holdWith("m0");
    List<CompletableFuture<Published>> batch = offer(1, 4);
    log.goOn();
    assertThat(offset(first)).isEqualTo(1);
    CommandRejected rejected = rejection(batch.get(1));
    assertThat(rejected.code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(rejected.text()).doesNotContain("cannot be stored");
    assertThat(offset(batch.get(0))).isEqualTo(2);
    assertThat(offset(batch.get(2))).isEqualTo(3);
    assertThat(offset(batch.get(3))).isEqualTo(4);
    assertThat(log.texts()).containsExactly("m0", "m1", "m3", "m4");
  }

  @Test
  void theLaneGoesOnAfterAFailure() {
    log.poisonous.add("bad");
    thread.start();
    rejection(offer("bad"));
    assertThat(offset(offer("good"))).isEqualTo(1);
  }

  @Test
  void aDatabaseOutOfReachIsUnavailableToAll() throws InterruptedException {
    log.failure = new IllegalStateException(new SQLTransientConnectionException("no connection"));
    log.poisonous.addAll(Set.of("m0", "m1", "m2"));
    CompletableFuture<Published> first = holdWith("m0");
    List<CompletableFuture<Published>> others = offer(1, 2);
    log.goOn();
    for (CompletableFuture<Published> answer : List.of(first, others.get(0), others.get(1))) {
      CommandRejected rejected = rejection(answer);
      assertThat(rejected.code()).isEqualTo(ErrorCode.UNAVAILABLE);
      assertThat(rejected.retryAfterMs()).isPositive();
    }
    assertThat(log.texts()).isEmpty();
  }

  /**
   * A database that refuses at once is asked once more, not once for each message: over a database
   * that is silent the last of them would wait for all others. Seen to fail without that.
   */
  @Test
  void whoeverWaitsIsToldWithTheFirstFailureThatTheDatabaseIsOutOfReach()
      throws InterruptedException {
    log.failure = new IllegalStateException(new SQLTransientConnectionException("no connection"));
    log.poisonous.addAll(Set.of("m0", "m1", "m2", "m3", "m4", "m5", "m6"));
    CompletableFuture<Published> first = holdWith("m0");
    List<CompletableFuture<Published>> others = offer(1, 6);
    log.goOn();
    assertThat(rejection(first).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    for (CompletableFuture<Published> answer : others) {
      assertThat(rejection(answer).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }
    assertThat(log.batches).containsExactly(List.of("m0"));
    assertThat(log.alone).isEqualTo(1);
  }

  /**
   * Unavailable would say that nothing was stored. Seen to fail when every failure of a database
   * out of reach is unavailable.
   */
  @Test
  void whoseCommitWasNotAnsweredIsToldThatItIsNotKnown() throws InterruptedException {
    log.failure = new IllegalStateException(new SQLTransientConnectionException("no answer"));
    log.failsAfterCommit = true;
    log.silent = true;
    CompletableFuture<Published> first = holdWith("m0");
    List<CompletableFuture<Published>> others = offer(1, 2);
    log.goOn();
    CommandRejected rejected = rejection(first);
    assertThat(rejected.code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(rejected.text()).contains("not known");
    assertThat(rejected.retryAfterMs()).isPositive();
    for (CompletableFuture<Published> answer : others) {
      assertThat(rejection(answer).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }
    assertThat(log.texts()).containsExactly("m0");
  }

  /**
   * A lost connection during the commit: the client must neither lose nor double its message. Seen
   * to fail when the second attempt does not look first.
   */
  @Test
  void whatWasStoredThoughTheCommitSeemedToFailIsAnsweredAndNotStoredAgain()
      throws InterruptedException {
    log.failsAfterCommit = true;
    CompletableFuture<Published> first = holdWith("m0");
    List<CompletableFuture<Published>> others = offer(1, 3);
    log.goOn();
    assertThat(offset(first)).isEqualTo(1);
    assertThat(others.stream().map(AppendLaneTest::offset)).containsExactly(2L, 3L, 4L);
    assertThat(log.texts()).containsExactly("m0", "m1", "m2", "m3");
  }

  @Test
  void eachMessageOfABatchHasItsOwnAnswer() throws InterruptedException {
    log.conflicting.add("m2");
    var unused = holdWith("m0");
    List<CompletableFuture<Published>> batch = offer(1, 3);
    log.goOn();
    assertThat(offset(batch.get(0))).isEqualTo(2);
    assertThat(rejection(batch.get(1)).code()).isEqualTo(ErrorCode.CONFLICT);
    assertThat(offset(batch.get(2))).isEqualTo(3);
  }

  @Test
  void aFullQueueRefusesAtOnceAndKeepsWhatItHas() throws InterruptedException {
    CompletableFuture<Published> first = holdWith("m0");
    List<CompletableFuture<Published>> waiting = offer(1, QUEUE);
    CommandRejected rejected = Rejection.of(() -> offer("one too many"));
    assertThat(rejected.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(rejected.retryAfterMs()).isPositive();
    log.goOn();
    assertThat(offset(first)).isEqualTo(1);
    waiting.forEach(AppendLaneTest::offset);
    assertThat(log.texts()).hasSize(QUEUE + 1).doesNotContain("one too many");
  }

  @Test
  void messagesKeepTheOrderInWhichTheyWereOffered() {
    thread.start();
    List<String> expected = new ArrayList<>();
    List<CompletableFuture<Published>> answers = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      expected.add("m" + i);
      if (i >= QUEUE) {
        offset(answers.get(i - QUEUE));
      }
      answers.add(offer("m" + i));
    }
    answers.forEach(AppendLaneTest::offset);
    assertThat(log.texts()).isEqualTo(expected);
  }

  @Test
  void whatIsUnderWayWhenTheLaneStopsIsStoredAndWhoeverWaitsIsToldToTryAgain()
      throws InterruptedException {
    CompletableFuture<Published> first = holdWith("m0");
    List<CompletableFuture<Published>> waiting = offer(1, 6);
    lane.stop();
    log.goOn();
    assertThat(offset(first)).isEqualTo(1);
    for (CompletableFuture<Published> answer : waiting) {
      assertThat(rejection(answer).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }
    assertThat(log.texts()).containsExactly("m0");
  }

  @Test
  void whoeverWaitsWhenTheThreadIsInterruptedIsToldToTryAgain() throws InterruptedException {
    CompletableFuture<Published> first = holdWith("m0");
    List<CompletableFuture<Published>> waiting = offer(1, 6);
    thread.interrupt();
    thread.join(10_000);
    assertThat(first).isDone();
    for (CompletableFuture<Published> answer : waiting) {
      assertThat(rejection(answer).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }
  }

  @Test
  void whoeverComesAfterTheEndIsToldToTryAgain() throws InterruptedException {
    thread.start();
    lane.stop();
    thread.join(10_000);
    assertThat(rejection(offer("late")).code()).isEqualTo(ErrorCode.UNAVAILABLE);
  }

  /** Seen to fail when an offer does not look whether the lane has ended meanwhile. */
  @Test
  void nobodyWaitsForEverWhoComesWhileTheLaneStops() throws InterruptedException {
    for (int round = 0; round < 1000; round++) {
      AppendLane stopping = lane();
      Thread running = new Thread(stopping::loop);
      running.start();
      Phaser start = new Phaser(2);
      Thread stopper =
          new Thread(
              () -> {
                start.arriveAndAwaitAdvance();
                stopping.stop();
              });
      stopper.start();
      start.arriveAndAwaitAdvance();
      List<CompletableFuture<Published>> answers = new ArrayList<>();
      for (int i = 0; i < QUEUE; i++) {
        answers.add(stopping.offer(Appends.of(ROOM, round + "/" + i)).toCompletableFuture());
      }
      CompletableFuture<?> all =
          CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
              .exceptionally(rejected -> null);
      Await.result("all answers of round " + round, all);
    }
  }
}
