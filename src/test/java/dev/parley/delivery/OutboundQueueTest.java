package dev.parley.delivery;

import static dev.parley.delivery.Messages.EPOCH;
import static dev.parley.delivery.Messages.ROOM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.channel.Lane;
import dev.parley.testkit.Await;
import dev.parley.testkit.Recorder;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutboundQueueTest {
  private static final int HIGH_WATER = 64 << 10;
  private static final int LOW_WATER = 16 << 10;
  private static final int WRITE_BATCH = 8 << 10;

  private final Dispatcher dispatcher = new Dispatcher(TestNode.metrics().meter(), org -> 1);
  private final Thread thread = new Thread(dispatcher::loop, "dispatch");
  private final FakeTransport transport = new FakeTransport();
  private final Owner owner = new Owner();
  private final OutboundQueue queue =
      new OutboundQueue(
          dispatcher,
          transport,
          owner,
          Messages.settings(
              "queue-high-water", String.valueOf(HIGH_WATER),
              "queue-low-water", String.valueOf(LOW_WATER),
              "write-batch", String.valueOf(WRITE_BATCH)));

  private static final class Owner implements OutboundQueue.Owner {
    final Recorder<String> events = new Recorder<>();
    Runnable whenDrained = () -> {};

    @Override
    public void drained() {
      events.record("drained");
      whenDrained.run();
    }

    @Override
    public void broken(@Nullable Throwable failure) {
      events.record("broken by " + failure);
    }
  }

  @BeforeEach
  void start() {
    thread.start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    transport.letGo();
    thread.interrupt();
    thread.join(10_000);
    assertThat(transport.hasOverlapped()).as("two writes at the same time").isFalse();
  }

  /** Does something in one turn of the dispatcher. */
  private <T> T turn(Supplier<T> task) {
    CompletableFuture<T> done = new CompletableFuture<>();
    dispatcher.execute(
        () -> {
          try {
            done.complete(task.get());
          } catch (RuntimeException | Error e) {
            done.completeExceptionally(e);
          }
        });
    return Await.result("a turn", done);
  }

  private void turn(Runnable task) {
    boolean unused =
        turn(
            () -> {
              task.run();
              return true;
            });
  }

  private static OutboundFrame control(String json) {
    return OutboundFrame.control("reply", json);
  }

  private static OutboundFrame frame(Lane lane, String json) {
    return new OutboundFrame(lane, "x", new FrameText(json), null, null);
  }

  /** A message of this weight. */
  private static OutboundFrame heavy(int weight) {
    return frame(Lane.NORMAL, "x".repeat(weight - 64));
  }

  private static StreamMessage heavyMessage(int weight) {
    return Messages.message(ROOM, EPOCH, 1, "x".repeat(weight - 64));
  }

  private static List<String> texts(List<OutboundFrame> frames) {
    return frames.stream().map(OutboundFrame::json).toList();
  }

  @Test
  void whoIsIdleIsWrittenToAtOnce() {
    turn(() -> queue.send(control("a")));
    assertThat(texts(transport.awaitWrites(1).get(0))).containsExactly("a");
    turn(() -> queue.send(control("b")));
    assertThat(texts(transport.awaitWrites(2).get(1))).containsExactly("b");
  }

  @Test
  void whatComesInOneTurnLeavesTogether() {
    turn(
        () -> {
          queue.send(control("a"));
          queue.send(control("b"));
          assertThat(queue.offer(Messages.message(1))).isTrue();
        });
    assertThat(transport.awaitWrites(1).get(0)).hasSize(3);
  }

  /** Seen to fail when each frame is flushed by itself. */
  @Test
  void oneWriteIsUnderWayAndTheOthersGather() {
    transport.hold();
    turn(() -> queue.send(control("first")));
    for (int i = 0; i < 10; i++) {
      String text = "m" + i;
      turn(() -> queue.send(control(text)));
    }
    assertThat(transport.awaitWrites(1)).hasSize(1);
    transport.endWrite(null);
    assertThat(texts(transport.awaitWrites(2).get(1)))
        .containsExactly("m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9");
  }

  @Test
  void aWriteHasAboutItsSize() {
    transport.hold();
    turn(() -> queue.send(control("first")));
    turn(
        () -> {
          for (int i = 0; i < 20; i++) {
            queue.send(heavy(1024));
          }
        });
    transport.endWrite(null);
    assertThat(transport.awaitWrites(2).get(1)).hasSize(8);
    transport.endWrite(null);
    assertThat(transport.awaitWrites(3).get(2)).hasSize(8);
    transport.endWrite(null);
    assertThat(transport.awaitWrites(4).get(3)).hasSize(4);
  }

  @Test
  void lanesLeaveInTheirOrderAndEachInItsOwn() {
    transport.hold();
    turn(() -> queue.send(control("first")));
    turn(
        () -> {
          queue.send(frame(Lane.BACKGROUND, "b1"));
          queue.send(frame(Lane.NORMAL, "n1"));
          queue.send(frame(Lane.URGENT, "u1"));
          queue.send(frame(Lane.NORMAL, "n2"));
          queue.send(frame(Lane.CONTROL, "c1"));
          queue.send(frame(Lane.URGENT, "u2"));
          queue.send(frame(Lane.CONTROL, "c2"));
          queue.send(frame(Lane.BACKGROUND, "b2"));
        });
    transport.endWrite(null);
    assertThat(texts(transport.awaitWrites(2).get(1)))
        .containsExactly("c1", "c2", "u1", "u2", "n1", "n2", "b1", "b2");
  }

  @Test
  void aFullQueueRefusesMessagesAndTakesReplies() {
    transport.hold();
    turn(() -> queue.send(control("first")));
    int taken =
        turn(
            () -> {
              int count = 0;
              while (queue.offer(heavyMessage(1024))) {
                count++;
              }
              return count;
            });
    assertThat(taken).isEqualTo(HIGH_WATER / 1024);
    assertThat(turn(() -> queue.offer(heavyMessage(100)))).isFalse();
    turn(() -> queue.send(control("a reply")));
    transport.endWrite(null);
    assertThat(texts(transport.awaitWrites(2).get(1))).startsWith("a reply");
  }

  @Test
  void whoWasRefusedIsToldOnceWhenTheQueueHasDrained() {
    transport.hold();
    turn(() -> queue.send(control("first")));
    turn(
        () -> {
          while (queue.offer(heavyMessage(1024))) {
            // Until it is full.
          }
        });
    // 64 KiB in writes of 8 KiB: 48 KiB have to leave before 16 KiB are left.
    transport.endWrite(null);
    for (int write = 2; write <= 7; write++) {
      transport.awaitWrites(write);
      assertThat(turn(queue::bytes)).isGreaterThan(LOW_WATER - 1L);
      if (write < 7) {
        assertThat(owner.events.rest()).isEmpty();
      }
      transport.endWrite(null);
    }
    owner.events.await("drained", "drained"::equals);
    transport.letGo();
    transport.await("everything", frames -> frames.size() == 1 + HIGH_WATER / 1024);
    assertThat(turn(queue::bytes)).isZero();
    assertThat(owner.events.rest()).isEmpty();
  }

  @Test
  void whoWasNotRefusedIsNotTold() {
    transport.hold();
    turn(() -> queue.send(control("first")));
    turn(() -> assertThat(queue.offer(heavyMessage(32 << 10))).isTrue());
    transport.letGo();
    transport.await("both", frames -> frames.size() == 2);
    turn(() -> {});
    assertThat(owner.events.rest()).isEmpty();
  }

  /** Seen to fail when a flush does not look whether a write is under way. */
  @Test
  void whatIsQueuedWhileTheQueueDrainsIsWrittenAfterTheNextWrite() {
    transport.hold();
    owner.whenDrained =
        () -> assertThat(queue.offer(Messages.message(ROOM, EPOCH, 1, "caught up"))).isTrue();
    turn(() -> queue.send(control("first")));
    turn(
        () -> {
          while (queue.offer(heavyMessage(1024))) {
            // Until it is full.
          }
        });
    for (int write = 1; write <= 9; write++) {
      assertThat(transport.awaitWrites(write)).hasSize(write);
      transport.endWrite(null);
    }
    transport.await("the rest", frames -> texts(frames).contains("caught up"));
  }

  /** A recovery's reply may be large, but a client that never reads is not kept for ever. */
  @Test
  void repliesWithoutEndBreakTheConnection() {
    transport.hold();
    turn(() -> queue.send(control("first")));
    long most =
        turn(
            () -> {
              for (int i = 0; i < 100; i++) {
                queue.send(frame(Lane.CONTROL, "x".repeat(64 << 10)));
              }
              return queue.bytes();
            });
    owner.events.await("broken", "broken by null"::equals);
    assertThat(owner.events.rest()).isEmpty();
    assertThat(most).isLessThanOrEqualTo(33L * HIGH_WATER);
    turn(() -> assertThat(queue.offer(heavyMessage(100))).isFalse());
  }

  @Test
  void aWriteThatFailsBreaksTheConnectionOnceAndNothingIsWrittenAfterIt() {
    transport.hold();
    turn(() -> queue.send(control("first")));
    turn(() -> queue.send(control("second")));
    transport.endWrite(new IOException("gone"));
    owner.events.await("broken", event -> event.startsWith("broken by java.io.IOException"));
    turn(() -> queue.send(control("third")));
    turn(() -> {});
    assertThat(transport.frames()).hasSize(1);
    assertThat(owner.events.rest()).isEmpty();
  }

  @Test
  void whatWaitsIsDroppedByACloseAndNotCountedAnyMore() {
    transport.hold();
    turn(() -> queue.send(control("first")));
    turn(() -> queue.send(heavy(1000)));
    assertThat(turn(() -> dispatcher.meter().waiting())).isEqualTo(1000);
    turn(queue::close);
    assertThat(dispatcher.meter().waiting()).isZero();
    transport.endWrite(null);
    turn(() -> queue.send(control("late")));
    turn(() -> {});
    assertThat(transport.frames()).hasSize(1);
    assertThat(dispatcher.meter().waiting()).isZero();
  }

  @Test
  void whatWaitsIsCountedAndWhatIsWrittenNoLonger() {
    transport.hold();
    turn(() -> queue.send(control("first")));
    turn(() -> queue.send(heavy(1000)));
    turn(() -> assertThat(queue.offer(heavyMessage(500))).isTrue());
    assertThat(turn(() -> dispatcher.meter().waiting()))
        .isEqualTo(1500)
        .isEqualTo(turn(queue::bytes));
    transport.letGo();
    transport.await("all", frames -> frames.size() == 3);
    assertThat(turn(() -> dispatcher.meter().waiting())).isZero();
  }

  @Test
  void whatWaitsForTheFlushComesBehindTheWrites() {
    turn(
        () -> {
          dispatcher.afterFlush(() -> owner.events.record("behind " + transport.frames().size()));
          queue.send(control("first"));
        });
    assertThat(owner.events.await("the end of the flush", event -> event.startsWith("behind")))
        .isEqualTo("behind 1");
  }

  @Test
  void aWriteThatTakesTimeIsMeasured() {
    assertThat(queue.stalledNanos()).isZero();
    transport.hold();
    turn(() -> queue.send(control("first")));
    // The write begins at the end of the dispatcher's round.
    turn(() -> {});
    long before = queue.stalledNanos();
    assertThat(before).isPositive();
    assertThat(queue.stalledNanos()).isGreaterThan(before);
    transport.endWrite(null);
    turn(() -> {});
    assertThat(queue.stalledNanos()).isZero();
  }

  /**
   * S-04: a transport that ends its writes within the call must not grow the stack (it would
   * overflow at about 520). Seen to fail when a write's end begins the next one by itself.
   */
  @Test
  void fiftyThousandWritesThatEndWithinTheCallDoNotGrowTheStack() {
    int count = 50_000;
    OutboundQueue large =
        new OutboundQueue(
            dispatcher,
            transport,
            owner,
            Messages.settings("queue-high-water", String.valueOf(64 << 20), "write-batch", "1024"));
    FrameText json = new FrameText("x".repeat(1024));
    turn(
        () -> {
          for (int i = 0; i < count; i++) {
            large.send(new OutboundFrame(Lane.NORMAL, String.valueOf(i), json, null, null));
          }
        });
    assertThat(transport.awaitWrites(count))
        .allMatch(write -> write.size() == 1)
        .extracting(write -> Integer.valueOf(write.get(0).event()))
        .isSorted();
    assertThat(owner.events.rest()).isEmpty();
  }

  @Test
  void whatMayBeLeftOutComesInTurnOrIsRefusedAboveTheLowWater() {
    transport.hold();
    turn(() -> queue.send(control("under way")));
    turn(() -> queue.sendInTurn(frame(Lane.NORMAL, "reply"), ROOM.name(), Lane.NORMAL));
    boolean early = turn(() -> queue.offer(control("early"), Lane.NORMAL));
    turn(() -> queue.sendInTurn(heavy(LOW_WATER), ROOM.name(), Lane.NORMAL));
    boolean late = turn(() -> queue.offer(control("late"), Lane.NORMAL));
    assertThat(early).isTrue();
    assertThat(late).isFalse();
    transport.letGo();
    owner.events.await("room again", "drained"::equals);
    boolean again = turn(() -> queue.offer(control("again"), Lane.NORMAL));
    assertThat(again).isTrue();
    assertThat(transport.await("all", all -> all.size() == 5))
        .extracting(OutboundFrame::json)
        .startsWith("under way", "reply", "early")
        .endsWith("again");
  }
}
