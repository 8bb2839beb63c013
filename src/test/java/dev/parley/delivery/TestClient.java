package dev.parley.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.channel.Rights;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CloseCode;
import dev.parley.protocol.PresentUser;
import dev.parley.protocol.StreamPosition;
import dev.parley.testkit.Await;
import dev.parley.testkit.Recorder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber with its socket, and what a client makes of what it receives: replies come before
 * the pushes that follow them, and each push is the next one.
 */
final class TestClient implements Subscriber.Listener {
  final FakeTransport transport = new FakeTransport();
  final Recorder<String> events = new Recorder<>();

  /** With how many messages it caught up, for each time that it was behind. */
  final Recorder<Long> caughtUp = new Recorder<>();

  final Subscriber subscriber;
  private final Map<String, Reply> replies = new ConcurrentHashMap<>();

  private record Reply(@Nullable StreamPosition from, Joined joined) {}

  /** What a client knows of one channel. */
  static final class View {
    final List<StreamMessage> messages = new ArrayList<>();
    long position = -1;
    int replies;

    private void take(StreamMessage message, String how) {
      assertThat(message.offset()).as(how).isEqualTo(position + 1);
      position = message.offset();
      messages.add(message);
    }
  }

  TestClient(TestNode node) {
    subscriber = node.subscribers().create(transport, this);
  }

  /** Joins, and sends a reply as a connection does. */
  CompletableFuture<Joined> join(JoinRequest request) {
    CompletableFuture<Joined> done = new CompletableFuture<>();
    subscriber.join(
        List.of(request),
        joined -> {
          String name = "reply " + replies.size();
          replies.put(name, new Reply(request.from(), joined.get(0)));
          subscriber.sendInTurn(
              request.channel().name(), OutboundFrame.control("subscribed", name));
          done.complete(joined.get(0));
        },
        done::completeExceptionally);
    return done;
  }

  Joined joined(JoinRequest request) {
    return Await.result("the join", join(request));
  }

  boolean leave(ChannelKey channel) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    subscriber.leave(
        channel,
        was -> {
          subscriber.sendInTurn(channel.name(), OutboundFrame.control("unsubscribed", "{}"));
          done.complete(was);
        });
    return Await.result("the leave", done);
  }

  /** Who is there, as the server says. */
  @Nullable List<PresentUser> watch(ChannelKey channel) {
    CompletableFuture<@Nullable List<PresentUser>> done = new CompletableFuture<>();
    subscriber.execute(() -> done.complete(subscriber.watch(channel)));
    turn();
    return done.getNow(List.of());
  }

  /** Lets everything happen that waits on the dispatcher before this. */
  void turn() {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    subscriber.execute(() -> done.complete(true));
    Await.result("a turn", done);
  }

  /** Waits until the message at this offset has been received. */
  View awaitOffset(ChannelKey channel, long offset) {
    List<OutboundFrame> frames =
        transport.await(channel + " up to " + offset, all -> reaches(all, channel.name(), offset));
    return view(channel, frames);
  }

  /** Cheap, because it is asked for each write: the last frames decide. */
  private boolean reaches(List<OutboundFrame> frames, ChannelName channel, long offset) {
    for (int i = frames.size() - 1; i >= 0; i--) {
      OutboundFrame frame = frames.get(i);
      if (frame.message() != null && frame.message().channel().equals(channel)) {
        return frame.message().offset() >= offset;
      }
      Reply reply = replies.get(frame.json());
      if (reply != null && reply.joined.channel().name().equals(channel)) {
        return reply.joined.position().offset() >= offset;
      }
    }
    return false;
  }

  View view(ChannelKey channel) {
    return view(channel, transport.frames());
  }

  /** Reads the frames as a client does, and fails at the first that does not fit. */
  private View view(ChannelKey channel, List<OutboundFrame> frames) {
    View view = new View();
    for (OutboundFrame frame : frames) {
      Reply reply = replies.get(frame.json());
      if (reply != null && reply.joined.channel().equals(channel)) {
        read(reply, view);
      } else if (frame.message() != null && frame.message().channel().equals(channel.name())) {
        assertThat(view.replies).as("replies before the first push").isPositive();
        view.take(frame.message(), "the next push");
      }
    }
    return view;
  }

  private static void read(Reply reply, View view) {
    view.replies++;
    Joined joined = reply.joined;
    if (joined.recovered()) {
      // Who says where it stands begins there; who joins again goes on.
      view.position = reply.from == null ? view.position : reply.from.offset();
      joined.messages().forEach(message -> view.take(message, "recovered"));
      assertThat(view.position).as("where it goes on").isEqualTo(joined.position().offset());
    } else {
      // Told to reload, or not recovering: begins there.
      view.messages.clear();
      view.position = joined.position().offset() - joined.messages().size();
      joined.messages().forEach(message -> view.take(message, "history"));
    }
  }

  /** What it has of each channel. */
  Map<ChannelKey, View> views(List<ChannelKey> channels) {
    Map<ChannelKey, View> views = new HashMap<>();
    channels.forEach(channel -> views.put(channel, view(channel)));
    return views;
  }

  @Override
  public void broken(CloseCode code, @Nullable Throwable failure) {
    events.record("broken " + code);
  }

  @Override
  public void unsubscribed(ChannelName channel, String reason) {
    subscriber.sendInTurn(channel, OutboundFrame.control("unsubscribed", "{}"));
    events.record("unsubscribed " + channel + ": " + reason);
  }

  @Override
  public void joinedByServer(Joined joined, Rights rights) {
    events.record("joined " + joined.name());
  }

  @Override
  public void caughtUp(long nanos, long messages) {
    assertThat(nanos).isPositive();
    caughtUp.record(messages);
  }
}
