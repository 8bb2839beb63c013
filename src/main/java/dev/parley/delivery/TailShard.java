package dev.parley.delivery;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The subscribers of a channel that belong to one dispatcher. A wake-up says only that there is
 * news; what it is, is read from the tail, so wake-ups that come faster than they are served become
 * one, and nothing piles up. All but {@link #wake} and {@link #end} on the dispatcher.
 */
final class TailShard {
  private final ChannelTail tail;
  private final Dispatcher dispatcher;
  private final Set<Subscription> live = new LinkedHashSet<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private volatile boolean inUse;
  private long position;

  TailShard(ChannelTail tail, Dispatcher dispatcher, long position) {
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
      dispatcher.execute(this::deliver);
    }
  }

  private void deliver() {
    woken.set(false);
    List<StreamMessage> news = tail.after(position);
    if (news == null) {
      // Too far behind for the tail's memory: each reads the log for itself.
      position = tail.position().offset();
      List.copyOf(live).forEach(Subscription::fallBehind);
      return;
    }
    if (news.isEmpty()) {
      return;
    }
    position = news.get(news.size() - 1).offset();
    for (Subscription subscription : List.copyOf(live)) {
      subscription.accept(news);
    }
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
