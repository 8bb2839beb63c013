package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.platform.Ids;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.Command.Publish;
import dev.parley.protocol.EventName;
import dev.parley.protocol.IdempotencyKey;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.ServerFrame.Published;
import dev.parley.protocol.UserId;
import dev.parley.protocol.UserRef;
import dev.parley.security.Caller;
import dev.parley.testkit.ParleyTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What retention removes, and that nothing else goes with it. */
@ParleyTest
class RetentionIT {
  private static final Caller ANN =
      new Caller(
          new UserId("ann"),
          "Ann",
          new OrgId("retention"),
          Set.of(),
          Instant.parse("2100-01-01T00:00:00Z"),
          "");

  @Inject private MessageLog log;
  @Inject private LogReader reader;
  @Inject private RetentionStore store;
  @Inject private LegalHolds holds;
  @Inject private ReceiptStore receipts;
  @Inject private ReceiptReader times;
  @Inject private Ids ids;

  @Test
  void theNewestStayAndOffsetsGoOn() {
    ChannelKey room = room();
    append(room, 12);
    assertThat(store.tooLong("room", 5)).contains(id(room));
    store.trim(id(room), 5);
    assertThat(offsets(room)).containsExactly(8L, 9L, 10L, 11L, 12L);
    assertThat(store.tooLong("room", 5)).doesNotContain(id(room));
    assertThat(append(room, 1).position().offset()).isEqualTo(13);
  }

  @Test
  void whatIsUnderLegalHoldIsLeftAlone() {
    OrgId org = new OrgId("held-" + ids.random(9));
    ChannelKey anns = new ChannelKey(org, new ChannelName("user:ann"));
    ChannelKey bobs = new ChannelKey(org, new ChannelName("user:bob"));
    append(anns, 3);
    append(bobs, 3);
    Instant future = Instant.parse("2100-01-01T00:00:00Z");
    holds.hold(org, new UserId("ann"));
    assertThat(store.tooLong("user", 1)).contains(id(bobs)).doesNotContain(id(anns));
    assertThat(store.tooOld("user", future)).contains(id(bobs)).doesNotContain(id(anns));
    holds.hold(org, null);
    assertThat(store.tooLong("user", 1)).doesNotContain(id(anns), id(bobs));
    holds.release(org, null);
    holds.release(org, new UserId("ann"));
    assertThat(store.tooLong("user", 1)).contains(id(anns), id(bobs));
  }

  /** One transaction removes a thousand at most, so that nobody waits long for the channel. */
  @Test
  void aLongHistoryIsTrimmedInSteps() {
    ChannelKey room = room();
    append(room, RetentionStore.STEP + 500);
    store.trim(id(room), 5);
    assertThat(first(room)).isEqualTo(RetentionStore.STEP + 1L);
    store.trim(id(room), 5);
    assertThat(first(room)).isEqualTo(RetentionStore.STEP + 496L);
  }

  @Test
  void whatIsTooOldGoesAndTheRestStays() {
    ChannelKey room = room();
    Instant old = append(room, 3).time();
    Instant limit = old.plusMillis(1);
    while (!append(room, 1).time().isAfter(old)) {
      // The clock has not gone on yet; what was stored at the same instant is as old.
      limit = old.plusMillis(1);
    }
    assertThat(store.tooOld("room", limit)).contains(id(room));
    store.trim(id(room), limit);
    assertThat(store.tooOld("room", limit)).doesNotContain(id(room));
    assertThat(reader.after(room, 0, 10)).hasSize(1);
    assertThat(reader.after(room, 0, 10).get(0).time()).isAfter(old);
  }

  @Test
  void aWholeHistoryMayBeTooOldAndTheChannelGoesOn() {
    ChannelKey room = room();
    Instant limit = append(room, 3).time().plusMillis(1);
    store.trim(id(room), limit);
    assertThat(offsets(room)).isEmpty();
    assertThat(reader.head(room).position().offset()).isEqualTo(3);
    assertThat(append(room, 1).position().offset()).isEqualTo(4);
    assertThat(offsets(room)).containsExactly(4L);
  }

  @Test
  void theTimesOfReceiptsGoUnlessALawHoldsThem() {
    OrgId org = new OrgId("held-" + ids.random(9));
    ChannelKey room = new ChannelKey(org, new ChannelName("room:times"));
    append(room, 1);
    for (String user : List.of("ann", "bob")) {
      assertThat(receipts.advance(List.of(readBy(room, user)))).hasSize(1);
    }
    holds.hold(org, new UserId("ann"));
    assertThat(timed(room)).containsExactly("ann", "bob");
    forgetTimes();
    assertThat(timed(room)).containsExactly("ann");
    holds.release(org, new UserId("ann"));
    forgetTimes();
    assertThat(timed(room)).isEmpty();
  }

  private static Advance readBy(ChannelKey room, String user) {
    return new Advance(room, room.name(), new UserRef(user, null), 0, 1, true);
  }

  private void forgetTimes() {
    while (!store.removeReceiptTimes(Instant.parse("2100-01-01T00:00:00Z"))) {
      // The next step.
    }
  }

  /** Whose times are known. */
  private List<String> timed(ChannelKey room) {
    return times.of(room, "", 10).rows().stream()
        .filter(row -> row.readAt() != null)
        .map(ReceiptReader.Row::user)
        .toList();
  }

  @Test
  void aKeyIsKnownUntilItIsRemoved() {
    ChannelKey room = room();
    Published first = keyed(room);
    assertThat(first.duplicate()).isFalse();
    assertThat(keyed(room).duplicate()).isTrue();
    int removed = store.removeKeys(first.time());
    assertThat(keyed(room).duplicate()).as("of %s removed", removed).isTrue();
    while (store.removeKeys(first.time().plusMillis(1)) == RetentionStore.STEP) {
      // The next step.
    }
    Published again = keyed(room);
    assertThat(again.duplicate()).isFalse();
    assertThat(again.position().offset()).isEqualTo(2);
  }

  private Published keyed(ChannelKey room) {
    return store(List.of(message(room, new IdempotencyKey("the key"))));
  }

  /** Appends so many messages in one transaction; returns the last one's receipt. */
  private Published append(ChannelKey room, int count) {
    List<Append> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      messages.add(message(room, null));
    }
    return store(messages);
  }

  private Published store(List<Append> messages) {
    List<Outcome> outcomes = log.append(messages, () -> {});
    Published published = outcomes.get(outcomes.size() - 1).published();
    assertThat(published).isNotNull();
    return published;
  }

  private Append message(ChannelKey room, @Nullable IdempotencyKey key) {
    Publish publish =
        new Publish(room.name(), EventName.MESSAGE, new JsonText("\"x\""), key, false);
    return new Append(room, ANN.ref(), publish, new MessageId(ids.timeOrdered()));
  }

  private long id(ChannelKey room) {
    return reader.head(room).channelId();
  }

  private long first(ChannelKey room) {
    return reader.after(room, 0, 1).get(0).position().offset();
  }

  private List<Long> offsets(ChannelKey room) {
    return reader.after(room, 0, 100).stream().map(message -> message.position().offset()).toList();
  }

  private ChannelKey room() {
    return new ChannelKey(ANN.org(), new ChannelName("room:retention-" + ids.random(9)));
  }
}
