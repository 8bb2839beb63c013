package dev.parley.delivery;

import dev.parley.channel.Namespace;
import dev.parley.cluster.Envelope;
import dev.parley.message.LogReader.Head;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.StreamPosition;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The live end of one channel on this node: turns hints, which may be lost, doubled or out of
 * order, into the log's own order without a hole. The next offset is delivered, an old one dropped,
 * and a gap repaired by reading the log. A channel that stores nothing has no order but that in
 * which its messages are heard: they are numbered here, for this node only. Any thread.
 */
final class ChannelTail {
  private static final System.Logger LOG = System.getLogger(ChannelTail.class.getName());

  private enum State {
    LIVE,
    REPAIRING,
    /** The log is no longer the one that was delivered from. */
    REPLACED
  }

  private final ChannelKey channel;
  private final Namespace namespace;
  private final long channelId;
  private final String epoch;
  private final LogSource log;
  private final TailShard[] shards;
  private final DeliveryMetrics metrics;

  // Guarded by this.
  private final RecentMessages recent;
  private State state = State.LIVE;
  private long hinted;

  ChannelTail(
      ChannelKey channel,
      Namespace namespace,
      Head head,
      LogSource log,
      List<Dispatcher> dispatchers,
      long gatherNanos,
      DeliveryMetrics metrics) {
    this.channel = channel;
    this.namespace = namespace;
    this.channelId = head.channelId();
    this.epoch = head.position().epoch();
    this.recent = new RecentMessages(head.position().offset());
    this.log = log;
    this.metrics = metrics;
    this.shards =
        dispatchers.stream()
            .map(
                dispatcher ->
                    new TailShard(this, dispatcher, head.position().offset(), gatherNanos))
            .toArray(TailShard[]::new);
  }

  ChannelKey channel() {
    return channel;
  }

  Namespace namespace() {
    return namespace;
  }

  long channelId() {
    return channelId;
  }

  synchronized StreamPosition position() {
    return new StreamPosition(epoch, recent.last());
  }

  TailShard shard(Dispatcher dispatcher) {
    for (TailShard shard : shards) {
      if (shard.isOn(dispatcher)) {
        return shard;
      }
    }
    throw new IllegalArgumentException("not a dispatcher of this node");
  }

  /**
   * All behind {@code offset}, in order; null when the log must be read for them. Without a log,
   * those that are still here.
   */
  synchronized @Nullable List<StreamMessage> after(long offset) {
    return recent.after(namespace.durable() ? offset : Math.max(offset, recent.first() - 1));
  }

  /** Takes a hint: delivers it if it is next, repairs if there is a gap before it. */
  void accept(Envelope hint) {
    StreamPosition position = hint.position();
    if (Signal.is(hint)) {
      OutboundFrame frame = Signal.frame(hint);
      for (TailShard shard : shards) {
        shard.signal(frame);
      }
      return;
    }
    if (namespace.durable() != (position != null)) {
      // From a node with other options: neither way of delivering it would be right.
      return;
    }
    if (position == null) {
      number(hint);
      wakeShards();
    } else if (!position.epoch().equals(epoch)) {
      replaced();
    } else if (take(hint, position.offset())) {
      wakeShards();
    }
  }

  private synchronized void number(Envelope message) {
    recent.add(StreamMessage.of(namespace, message, recent.last() + 1));
  }

  private synchronized boolean take(Envelope hint, long offset) {
    hinted = Math.max(hinted, offset);
    if (state != State.LIVE || offset <= recent.last()) {
      return false;
    }
    if (offset == recent.last() + 1) {
      recent.add(StreamMessage.of(namespace, hint, offset));
      return true;
    }
    repair();
    return false;
  }

  /** Compares with the log's own position, which repairs whatever was not announced. */
  void check(StreamPosition logged) {
    if (!logged.epoch().equals(epoch)) {
      replaced();
      return;
    }
    synchronized (this) {
      if (state == State.LIVE && logged.offset() > recent.last()) {
        hinted = Math.max(hinted, logged.offset());
        repair();
      }
    }
  }

  /** Reads the log from where delivery stands. Under this lock. */
  private void repair() {
    state = State.REPAIRING;
    metrics.gapRepaired();
    readNextPage();
  }

  private synchronized void readNextPage() {
    CompletableFuture<?> unused = log.after(channel, recent.last()).whenComplete(this::repaired);
  }

  private void repaired(@Nullable List<StreamMessage> page, @Nullable Throwable failure) {
    if (page == null) {
      // The next hint or position check tries again.
      LOG.log(Level.WARNING, "A gap cannot be repaired now: {0}", String.valueOf(failure));
      setState(State.LIVE);
      return;
    }
    if (addAll(page)) {
      wakeShards();
    } else {
      replaced();
    }
  }

  /** Adds what follows; false when the log no longer has the message that is next. */
  private synchronized boolean addAll(List<StreamMessage> page) {
    for (StreamMessage message : page) {
      if (message.offset() > recent.last() + 1) {
        return false;
      }
      if (message.offset() > recent.last()) {
        recent.add(message);
      }
    }
    if (page.isEmpty() || recent.last() >= hinted) {
      state = State.LIVE;
    } else {
      readNextPage();
    }
    return true;
  }

  private synchronized void setState(State newState) {
    state = newState;
  }

  /** The log was replaced or trimmed under its readers: they must begin anew. */
  private void replaced() {
    synchronized (this) {
      if (state == State.REPLACED) {
        return;
      }
      state = State.REPLACED;
    }
    LOG.log(Level.WARNING, "The log of a channel was replaced under its readers");
    for (TailShard shard : shards) {
      shard.end("the history was replaced: subscribe again");
    }
  }

  synchronized boolean isReplaced() {
    return state == State.REPLACED;
  }

  private void wakeShards() {
    for (TailShard shard : shards) {
      shard.wake();
    }
  }
}
