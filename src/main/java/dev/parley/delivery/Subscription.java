package dev.parley.delivery;

import dev.parley.channel.Rights;
import dev.parley.channel.Seat;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.StreamPosition;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One channel of one subscriber, and how far it has come. It is live (the tail's news is queued at
 * once), or behind (nothing is queued until it has caught up from the log). One whose channel
 * stores nothing is never behind: what its connection cannot take is dropped. On the connection's
 * dispatcher only.
 */
final class Subscription {
  private enum State {
    /** Between join and live, or while a recovery runs. */
    JOINING,
    LIVE,
    BEHIND,
    ENDED
  }

  private final Subscriber subscriber;
  private final ChannelTail tail;
  private final TailShard shard;
  private final Dispatcher dispatcher;
  private volatile Rights rights;
  private State state = State.JOINING;
  private long position;
  private long acknowledged;
  private boolean reading;

  Subscription(Subscriber subscriber, ChannelTail tail, Dispatcher dispatcher, Rights rights) {
    this.subscriber = subscriber;
    this.tail = tail;
    this.dispatcher = dispatcher;
    this.rights = rights;
    this.shard = tail.shard(dispatcher);
    this.position = tail.position().offset();
  }

  ChannelKey channel() {
    return tail.channel();
  }

  /** The name under which the subscriber knows the channel. */
  ChannelName name() {
    return rights.name();
  }

  /** A message of the channel as the subscriber is to see it. */
  StreamMessage shown(StreamMessage message) {
    return message.in(rights.name());
  }

  /** What its rights rest on when they can be taken back. Any thread. */
  @Nullable Seat seat() {
    return rights.seat();
  }

  /** It was asked for again, and allowed. */
  void renew(Rights newer) {
    rights = newer;
  }

  ChannelTail tail() {
    return tail;
  }

  long position() {
    return position;
  }

  StreamPosition streamPosition() {
    return tail.position().at(position);
  }

  /** Notes how far the client has received; false when it was not sent that far. */
  boolean acknowledge(long offset) {
    if (offset > position || !isDurable()) {
      return false;
    }
    acknowledged = Math.max(acknowledged, offset);
    return true;
  }

  long acknowledged() {
    return acknowledged;
  }

  /** Stops the flow for a recovery: nothing is pushed until {@link #goLive}. */
  void pause() {
    shard.remove(this);
    change(State.JOINING);
  }

  boolean isJoining() {
    return state == State.JOINING;
  }

  boolean isEnded() {
    return state == State.ENDED;
  }

  void goLive(long from) {
    position = from;
    change(State.LIVE);
    shard.add(this);
  }

  /** Goes on after a pause as if there had been none, by way of the log if there is one. */
  void goOn() {
    if (isDurable()) {
      change(State.BEHIND);
    } else {
      goLive(position);
    }
  }

  private boolean isDurable() {
    return tail.namespace().durable();
  }

  private void change(State next) {
    if ((state == State.BEHIND) != (next == State.BEHIND)) {
      subscriber.behind(next == State.BEHIND ? 1 : -1, tail.namespace().lane());
    }
    state = next;
  }

  /** Queues what is new to it; falls behind, or drops it, when the connection cannot take it. */
  void accept(News news) {
    if (state != State.LIVE) {
      return;
    }
    // Who knows the channel under another name gets messages of their own.
    boolean asTheyAre = news.first() == position + 1 && rights.name().equals(channel().name());
    Batch together = asTheyAre ? news.together() : null;
    if (together != null && subscriber.offerTogether(together)) {
      position = news.last();
    } else if (!isDurable()) {
      pass(news.messages());
    } else if (!queue(news.messages())) {
      fallBehind();
    }
  }

  /** Passes on what is no message, unless the connection has enough to do with messages. */
  void signal(OutboundFrame frame) {
    subscriber.signal(Signal.in(frame, channel().name(), rights.name()));
  }

  private void pass(List<StreamMessage> messages) {
    long dropped = 0;
    for (StreamMessage message : messages) {
      if (message.offset() > position) {
        // The tail's memory may have been too short for all that came.
        dropped += message.offset() - position - 1;
        dropped += subscriber.offer(shown(message)) ? 0 : 1;
        position = message.offset();
      }
    }
    if (dropped > 0) {
      subscriber.dropped(tail.namespace().lane(), dropped);
    }
  }

  private boolean queue(List<StreamMessage> messages) {
    for (StreamMessage message : messages) {
      if (message.offset() <= position) {
        continue;
      }
      if (message.offset() != position + 1 || !subscriber.offer(shown(message))) {
        return false;
      }
      position = message.offset();
    }
    return true;
  }

  /** Leaves live mode; catches up when the connection has room again. */
  void fallBehind() {
    if (state == State.LIVE && isDurable()) {
      shard.remove(this);
      change(State.BEHIND);
    }
  }

  /** Goes on from the log, or from the tail's memory when that reaches back far enough. */
  void catchUp(LogSource log, Dispatcher dispatcher) {
    if (state != State.BEHIND || reading) {
      return;
    }
    List<StreamMessage> news = tail.after(position);
    if (news != null) {
      if (queueLate(news)) {
        goLive(position);
      }
      return;
    }
    reading = true;
    CompletableFuture<?> unused =
        log.after(tail.channel(), position)
            .whenComplete(
                (page, failure) -> dispatcher.execute(() -> caughtUp(page, log, dispatcher)));
  }

  private void caughtUp(@Nullable List<StreamMessage> page, LogSource log, Dispatcher dispatcher) {
    reading = false;
    if (state != State.BEHIND) {
      return;
    }
    if (page == null) {
      // The database is out of reach: the next periodic look tries again.
      return;
    }
    if (!page.isEmpty() && page.get(0).offset() != position + 1) {
      end("the history was trimmed: subscribe again");
      return;
    }
    if (queueLate(page)) {
      catchUp(log, dispatcher);
    }
  }

  private boolean queueLate(List<StreamMessage> messages) {
    long before = position;
    boolean all = queue(messages);
    subscriber.caughtUp(position - before);
    return all;
  }

  /** Ends it by the server's will. */
  void end(String reason) {
    if (close()) {
      subscriber.ended(this, reason);
    }
  }

  /** Ends it unless it was allowed anew since. Any thread. */
  void revoke(Seat seat, String reason) {
    dispatcher.execute(
        () -> {
          if (seat.equals(rights.seat())) {
            end(reason);
          }
        });
  }

  /** Stops the flow for good; false when it had been stopped before. */
  boolean close() {
    if (state == State.ENDED) {
      return false;
    }
    shard.remove(this);
    change(State.ENDED);
    return true;
  }
}
