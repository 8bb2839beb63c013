package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.platform.Ids;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.Command.Publish;
import dev.parley.protocol.EventName;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.Reaction;
import dev.parley.protocol.ServerFrame.MessagePush;
import dev.parley.protocol.ServerFrame.Receipt;
import dev.parley.protocol.UserRef;
import dev.parley.testkit.Chaos;
import dev.parley.testkit.ParleyTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A snapshot and the pushes behind it show what a fresh snapshot shows: messages in their present
 * form, reactions, receipts and unread counts, whatever three people do and wherever in it somebody
 * begins to look. Seen to fail when what was taken back counts as unread.
 */
@ParleyTest
class ConversationConvergenceIT {
  private static final int RUNS =
      Integer.getInteger("parley.test.conversations", Chaos.count(300, 5_000));
  private static final int STEPS = 14;
  private static final List<String> PEOPLE = List.of("ann", "bob", "eve");

  @Inject private MessageLog log;
  @Inject private LogReader reader;
  @Inject private HistoryReader history;
  @Inject private ReceiptStore receipts;
  @Inject private ReceiptReader receiptReader;
  @Inject private PushRecorder recorder;
  @Inject private Ids ids;

  @Test
  void aSnapshotWithItsPushesIsAFreshSnapshot() {
    long seed = Long.getLong("parley.test.seed", System.nanoTime());
    for (int run = 0; run < RUNS; run++) {
      new Run(seed + run).run();
    }
  }

  /** One conversation of one seed. */
  private final class Run {
    private final long seed;
    private final Random random;
    private final String me;
    private final ChannelKey room;
    private final List<MessagePush> pushes;
    private final List<MessageId> messages = new ArrayList<>();
    private ConversationView view;
    private int joinedAt;

    Run(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
      this.me = any(PEOPLE);
      this.room =
          new ChannelKey(
              new OrgId("convergence"), new ChannelName("room:conversation-" + ids.random(9)));
      this.pushes = recorder.record(room);
    }

    void run() {
      int begin = random.nextInt(STEPS);
      for (int step = 0; step < STEPS; step++) {
        if (step == begin) {
          // It subscribes first and looks then, so pushes and snapshot overlap.
          joinedAt = pushes.size();
        }
        step();
        if (step == begin) {
          view = snapshot();
        }
      }
      boolean recovering = random.nextBoolean();
      List<MessagePush> missed =
          recovering ? reader.after(room, joinedAt, 100) : pushes.subList(joinedAt, pushes.size());
      missed.forEach(view::push);
      assertThat(view.shown()).as("seed %d", seed).isEqualTo(snapshot().shown());
      recorder.forget(room);
    }

    private void step() {
      String who = any(PEOPLE);
      switch (messages.isEmpty() ? 0 : random.nextInt(8)) {
        case 0, 1, 2 -> publish(who);
        case 3 -> change(who, Change.update(any(messages), text(), null, true));
        case 4 -> change(who, Change.deletion(any(messages), null, true));
        case 5, 6 ->
            change(
                who,
                Change.reaction(
                    any(messages), new Reaction(any(List.of("+1", "-1"))), random.nextBoolean()));
        default -> advance(who);
      }
    }

    private void publish(String who) {
      MessageId id = new MessageId(ids.timeOrdered());
      Publish publish = new Publish(room.name(), EventName.MESSAGE, text(), null, false);
      log.append(List.of(new Append(room, new UserRef(who, null), publish, id)), () -> {});
      messages.add(id);
    }

    private void change(String who, Change change) {
      MessageId id = new MessageId(ids.timeOrdered());
      // It may be refused, as some are; then nothing has happened.
      log.append(List.of(Append.of(room, new UserRef(who, null), change, id, null)), () -> {});
    }

    private void advance(String who) {
      int end = pushes.size();
      long to = 1L + random.nextInt(end);
      boolean read = random.nextBoolean();
      Advance advance =
          new Advance(
              room, room.name(), new UserRef(who, null), read ? 0 : to, read ? to : 0, false);
      Advanced done = receipts.advance(List.of(advance)).get(0);
      if (view != null) {
        // What is pushed comes behind the messages before it.
        pushes.subList(joinedAt, pushes.size()).forEach(view::push);
        joinedAt = pushes.size();
        Receipt receipt = who.equals(me) ? done.forPerson() : done.forChannel();
        view.push(receipt);
      }
    }

    private ConversationView snapshot() {
      ConversationView fresh = new ConversationView(me);
      history.before(room, Long.MAX_VALUE, 100, me).messages().forEach(fresh::page);
      receiptReader
          .of(room, "", 100)
          .rows()
          .forEach(row -> fresh.receipt(row.user(), row.delivered(), row.read()));
      UnreadCounts.Unread unread = receiptReader.unread(room, me);
      fresh.unread(unread.count(), unread.asOf());
      return fresh;
    }

    private JsonText text() {
      return new JsonText("\"" + random.nextInt(1000) + "\"");
    }

    private <T> T any(List<T> things) {
      return things.get(random.nextInt(things.size()));
    }
  }
}
