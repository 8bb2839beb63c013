package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.message.CommitFailpoint.Held;
import dev.parley.platform.BlockingCalls;
import dev.parley.platform.Ids;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.Command.History;
import dev.parley.protocol.Command.Publish;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.EventName;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.ServerFrame.MessagePush;
import dev.parley.protocol.ServerFrame.Published;
import dev.parley.protocol.UserId;
import dev.parley.security.Caller;
import dev.parley.testkit.ParleyTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** What the commit decides. */
@ParleyTest
class CommitIT {
  private static final Caller ANN =
      new Caller(
          new UserId("ann"),
          "Ann",
          new OrgId("commit"),
          Set.of(),
          Instant.parse("2100-01-01T00:00:00Z"),
          "");

  @Inject private PublishMessage publish;
  @Inject private ReadHistory history;
  @Inject private MessageLog log;
  @Inject private LogReader reader;
  @Inject private CommitFailpoint failpoint;
  @Inject private BlockingCalls calls;
  @Inject private Ids ids;

  @Test
  void publishWhoseCommitFailsIsNeverAcknowledgedAndNeverSeen() throws Exception {
    ChannelName room = room();
    List<CompletableFuture<Published>> good = new ArrayList<>();
    good.add(publish(room, "\"before\""));
    // The room is there then: those that bring it into being have no order among themselves.
    assertThat(good.get(0).get(20, TimeUnit.SECONDS).position().offset()).isEqualTo(1);
    CompletableFuture<Published> bad = publish(room, "\"" + CommitFailpoint.FAIL + "\"");
    good.add(publish(room, "\"after\""));

    assertThatThrownBy(() -> bad.get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            CommandRejected.class,
            rejected ->
                assertThat(rejected.code()).isIn(ErrorCode.INTERNAL, ErrorCode.UNAVAILABLE));
    List<Long> acknowledged = new ArrayList<>();
    for (CompletableFuture<Published> one : good) {
      acknowledged.add(one.get(20, TimeUnit.SECONDS).position().offset());
    }

    assertThat(acknowledged).containsExactly(1L, 2L);
    assertThat(stored(room)).containsExactly("\"before\"", "\"after\"");
    assertThat(failpoint.announced())
        .filteredOn(stored -> stored.channel().name().equals(room))
        .extracting(stored -> stored.message().data().value())
        .containsExactly("\"before\"", "\"after\"");
  }

  /** O-02. Seen to fail when the head of the channel is read without its lock. */
  @Test
  void readerNeverSeesAnOffsetBeforeTheOneBelowIt() throws Exception {
    ChannelKey channel = new ChannelKey(ANN.org(), room());
    String mark = CommitFailpoint.HOLD + ids.random(6);
    Held held = failpoint.hold(mark);

    Future<List<Outcome>> first =
        calls.call(() -> log.append(List.of(append(channel, mark)), () -> {}));
    assertThat(held.reached().await(20, TimeUnit.SECONDS)).isTrue();
    // The first has its offset and is not committed; the second wants the next one.
    Future<List<Outcome>> second =
        calls.call(() -> log.append(List.of(append(channel, "second")), () -> {}));

    assertThatThrownBy(() -> second.get(500, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    assertThat(reader.after(channel, 0, 10)).isEmpty();

    held.released().countDown();
    while (!second.isDone()) {
      assertContiguous(reader.after(channel, 0, 10));
    }
    assertThat(offset(first)).isEqualTo(1);
    assertThat(offset(second)).isEqualTo(2);
    assertThat(reader.after(channel, 0, 10))
        .extracting(message -> message.position().offset())
        .containsExactly(1L, 2L);
  }

  @Test
  void oneTransactionAppendsToManyChannelsWithoutHolesInAny() throws Exception {
    List<ChannelKey> channels = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      channels.add(new ChannelKey(ANN.org(), room()));
    }
    List<Future<List<Outcome>>> running = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      running.add(calls.call(() -> log.append(oneForEach(channels), () -> {})));
    }
    for (Future<List<Outcome>> one : running) {
      assertThat(one.get(60, TimeUnit.SECONDS)).hasSize(10);
    }
    for (ChannelKey channel : channels) {
      List<MessagePush> messages = reader.after(channel, 0, 200);
      assertThat(messages).hasSize(80);
      assertContiguous(messages);
    }
  }

  /** Twice each, in an order that would deadlock if the rows were locked in it. */
  private List<Append> oneForEach(List<ChannelKey> channels) {
    List<ChannelKey> shuffled = new ArrayList<>(channels);
    shuffled.addAll(channels);
    Collections.shuffle(shuffled);
    return shuffled.stream().map(channel -> append(channel, "x")).toList();
  }

  private CompletableFuture<Published> publish(ChannelName room, String data) {
    return publish
        .handle(ANN, new Publish(room, EventName.MESSAGE, new JsonText(data), null, false))
        .toCompletableFuture();
  }

  private Append append(ChannelKey channel, String text) {
    Publish message =
        new Publish(channel.name(), EventName.MESSAGE, new JsonText('"' + text + '"'), null, false);
    return new Append(channel, ANN.ref(), message, new MessageId(ids.timeOrdered()));
  }

  private List<String> stored(ChannelName room) {
    return history.handle(ANN, new History(room, null, null, 100)).messages().stream()
        .map(message -> message.data().value())
        .sorted(Comparator.reverseOrder())
        .toList();
  }

  private static void assertContiguous(List<MessagePush> messages) {
    for (int i = 0; i < messages.size(); i++) {
      assertThat(messages.get(i).position().offset()).isEqualTo(i + 1L);
    }
  }

  private static long offset(Future<List<Outcome>> append) throws Exception {
    Published published = append.get(20, TimeUnit.SECONDS).get(0).published();
    assertThat(published).isNotNull();
    return published.position().offset();
  }

  private ChannelName room() {
    return new ChannelName("room:commit-" + ids.random(9));
  }
}
