package dev.parley.delivery;

import dev.parley.platform.Stage;
import dev.parley.platform.Stage.Part;
import dev.parley.protocol.OrgId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The subscribers of a channel that belong to one dispatcher. A wake-up says only that there is
 * news; what it is, is read from the tail, so wake-ups that come faster than they are served become
 * one, and nothing piles up. All but {@link #wake} and {@link #end} on the dispatcher.
 */
final class TailShard implements FairTurns.Turn {
  /** Below what a dispatcher can wait for, the gathering would cost more than it saves. */
  private static final long SHORTEST_REST = 1_000_000;

  private final ChannelTail tail;
  private final Dispatcher dispatcher;
  private final Set<Subscription> live = new LinkedHashSet<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final long gatherNanos;
  private volatile boolean inUse;
  private volatile Stage wait = new Stage();
  private long position;
  private long restsUntil = System.nanoTime();

  TailShard(ChannelTail tail, Dispatcher dispatcher, long position, long gatherNanos) {
    this.gatherNanos = gatherNanos;
    this.tail = tail;
    this.dispatcher = dispatcher;
    this.position = position;
  }

  boolean isOn(Dispatcher other) {
    return dispatcher == other;
  }

  /** There is news. Any thread. */
  void wake() {
    if (inUse && woken.compareAndSet(false, true)) {
      wait = Stage.start();
      dispatcher.execute(this::awaitTurn);
    }
  }

  /** What is no message of the channel, for those who are live. Any thread. */
  void signal(OutboundFrame frame) {
    if (inUse) {
      dispatcher.execute(() -> List.copyOf(live).forEach(one -> one.signal(frame)));
    }
  }

  private void awaitTurn() {
    long rest = restsUntil - System.nanoTime();
    if (rest > 0) {
      dispatcher.executeLater(this::awaitTurn, rest);
    } else {
      dispatcher.takeTurn(this);
    }
  }

  @Override
  public OrgId org() {
    return tail.channel().org();
  }

  @Override
  public long take() {
    Stage waited = wait;
    woken.set(false);
    List<StreamMessage> news = tail.after(position);
    if (news == null) {
      // Too far behind for the tail's memory: each reads the log for itself.
      position = tail.position().offset();
      List<Subscription> all = List.copyOf(live);
      all.forEach(Subscription::fallBehind);
      return all.size();
    }
    if (news.isEmpty()) {
      return 0;
    }
    waited.end(Part.GATHER, news.size());
    long began = System.nanoTime();
    Stage fanOut = Stage.start();
    News all = News.of(news);
    position = all.last();
    for (Subscription subscription : List.copyOf(live)) {
      subscription.accept(all);
    }
    fanOut.end(Part.FAN_OUT, news.size());
    Stage write = Stage.start();
    dispatcher.afterFlush(
        () -> {
          write.end(Part.WRITE, news.size());
          rest(began);
        });
    return (long) live.size() * news.size();
  }

  /**
   * A write costs nearly the same for one message as for ten, and writing to many takes long. So
   * after it the shard gathers for twice as long as the writes took: a busy channel's messages
   * leave together, and it takes a third of its dispatcher's time at most. One that was quiet is
   * written at once, and a small one does not wait at all.
   */
  private void rest(long began) {
    long now = System.nanoTime();
    long rest = Math.min(gatherNanos, 2 * (now - began));
    restsUntil = rest < SHORTEST_REST ? now : now + rest;
  }

  /** From now on the subscription, which stands at the tail's end, gets what follows. */
  void add(Subscription subscription) {
    if (live.isEmpty()) {
      inUse = true;
      // Whoever joins has its own position; an unused shard has slept through the news.
      position = Math.min(tail.position().offset(), subscription.position());
    }
    live.add(subscription);
    // News may have come between the subscription's last look and this.
    wake();
  }

  void remove(Subscription subscription) {
    live.remove(subscription);
    inUse = !live.isEmpty();
  }

  /** Ends all subscriptions. Any thread. */
  void end(String reason) {
    dispatcher.execute(() -> List.copyOf(live).forEach(one -> one.end(reason)));
  }
}
