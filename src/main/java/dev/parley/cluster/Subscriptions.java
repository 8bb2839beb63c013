package dev.parley.cluster;

import dev.parley.protocol.ChannelKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which topics this node wants to hear over one connection, and which Redis has confirmed. Whatever
 * is wanted and not so is sent in pieces, the next one when Redis has confirmed the last: so
 * subscribing never blocks, and commands never mix. Without a connection, everything is remembered
 * and sent over the next one. Any thread.
 */
final class Subscriptions {
  /** Topics of one command: small enough for the buffers between us and a Redis that stalls. */
  static final int PIECE = 100;

  /** Where commands go. */
  interface Wire {
    void subscribe(List<String> topics);

    void unsubscribe(List<String> topics);
  }

  private enum State {
    ABSENT,
    ASKED,
    CONFIRMED
  }

  /** One channel; guarded by the lock, but for reading the count. */
  private static final class Entry {
    final ChannelKey channel;
    final String topic;
    final AtomicInteger count = new AtomicInteger();
    State state = State.ABSENT;
    boolean restoring;
    List<Waiting> waiting = new ArrayList<>(1);

    Entry(ChannelKey channel, String topic) {
      this.channel = channel;
      this.topic = topic;
    }
  }

  /** Somebody who wants to know when Redis has confirmed. */
  private record Waiting(long deadline, CompletableFuture<Void> stage) {}

  private final Function<ChannelKey, String> topics;
  private final Runnable mayHaveMissed;
  private final long patienceNanos;

  private final Map<ChannelKey, Entry> byChannel = new ConcurrentHashMap<>();
  private final Map<String, Entry> byTopic = new ConcurrentHashMap<>();

  // Guarded by this. All are as many as channels at most, but for those who wait: they are as many
  // as joins of the last moments.
  private final Set<Entry> changed = new LinkedHashSet<>();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private @Nullable Wire wire;
  private int unconfirmed;
  private int restoring;
  private volatile boolean complete;

  /**
   * @param mayHaveMissed called when everything is subscribed again after a break
   * @param patienceNanos after which somebody who waits for Redis goes on without it
   */
  Subscriptions(Function<ChannelKey, String> topics, Runnable mayHaveMissed, long patienceNanos) {
    this.topics = topics;
    this.mayHaveMissed = mayHaveMissed;
    this.patienceNanos = patienceNanos;
  }

  /** Whether somebody on this node wants to hear the channel. */
  boolean wants(ChannelKey channel) {
    Entry entry = byChannel.get(channel);
    return entry != null && entry.count.get() > 0;
  }

  /** Whose topic it is; null when nobody wants to hear it any more. */
  @Nullable ChannelKey wanted(String topic) {
    Entry entry = byTopic.get(topic);
    return entry != null && entry.count.get() > 0 ? entry.channel : null;
  }

  /** Whether Redis has confirmed everything that was wanted when the connection was made. */
  boolean isComplete() {
    return complete;
  }

  /** One more wants to hear the channel. Without a connection the stage is complete at once. */
  CompletionStage<Void> subscribe(ChannelKey channel) {
    CompletableFuture<Void> stage = new CompletableFuture<>();
    synchronized (this) {
      Entry entry =
          byChannel.computeIfAbsent(channel, key -> new Entry(key, topics.apply(channel)));
      byTopic.put(entry.topic, entry);
      entry.count.incrementAndGet();
      if (wire == null || entry.state == State.CONFIRMED) {
        stage.complete(null);
      } else {
        Waiting one = new Waiting(System.nanoTime() + patienceNanos, stage);
        entry.waiting.add(one);
        waiting.add(one);
      }
      change(entry);
    }
    return stage;
  }

  /** One less. */
  synchronized void unsubscribe(ChannelKey channel) {
    Entry entry = byChannel.get(channel);
    if (entry != null && entry.count.get() > 0) {
      entry.count.decrementAndGet();
      change(entry);
    }
  }

  private void change(Entry entry) {
    if (wire != null) {
      changed.add(entry);
      send();
    } else if (entry.count.get() == 0) {
      remove(entry);
    }
  }

  private void remove(Entry entry) {
    byChannel.remove(entry.channel);
    byTopic.remove(entry.topic);
    restored(entry);
    // Whoever has given up before Redis was asked need not wait for anything.
    entry.waiting.forEach(one -> waiting.addFirst(new Waiting(System.nanoTime(), one.stage)));
  }

  private void restored(Entry entry) {
    if (entry.restoring) {
      entry.restoring = false;
      restoring--;
    }
  }

  /** A connection is there, and has no subscriptions yet. */
  void connected(Wire newWire) {
    synchronized (this) {
      wire = newWire;
      unconfirmed = 0;
      restoring = byChannel.size();
      for (Entry entry : byChannel.values()) {
        entry.state = State.ABSENT;
        entry.restoring = true;
        changed.add(entry);
      }
      send();
    }
    tellWhenRestored();
  }

  /** The connection is gone; whoever waits for it goes on without. */
  void broken() {
    List<Waiting> released;
    synchronized (this) {
      wire = null;
      complete = false;
      changed.clear();
      released = List.copyOf(waiting);
      waiting.clear();
      for (Entry entry : List.copyOf(byChannel.values())) {
        entry.waiting.clear();
        change(entry);
      }
    }
    released.forEach(one -> one.stage.complete(null));
  }

  /**
   * Redis has confirmed one topic.
   *
   * @return false when that was not asked for, as it happens when a slot moves to another node
   */
  boolean confirmed(String topic, boolean subscribed) {
    List<Waiting> released;
    synchronized (this) {
      Entry entry = byTopic.get(topic);
      if (entry == null || entry.state != State.ASKED) {
        return false;
      }
      entry.state = subscribed ? State.CONFIRMED : State.ABSENT;
      released = subscribed ? entry.waiting : List.of();
      if (subscribed) {
        entry.waiting = new ArrayList<>(1);
      }
      unconfirmed--;
      restored(entry);
      changed.add(entry);
      send();
    }
    boolean late = false;
    for (Waiting one : released) {
      late |= !one.stage.complete(null);
    }
    if (late) {
      mayHaveMissed.run();
    }
    tellWhenRestored();
    return true;
  }

  private void tellWhenRestored() {
    synchronized (this) {
      if (complete || wire == null || restoring > 0) {
        return;
      }
      complete = true;
    }
    mayHaveMissed.run();
  }

  /** Lets those go on who have waited for too long. */
  void releaseOverdue() {
    List<Waiting> released = new ArrayList<>();
    synchronized (this) {
      long now = System.nanoTime();
      while (!waiting.isEmpty()
          && (waiting.peek().stage.isDone() || waiting.peek().deadline - now <= 0)) {
        released.add(waiting.remove());
      }
    }
    released.forEach(one -> one.stage.complete(null));
  }

  /** Sends the next piece, unless one is under way. Under this lock. */
  private void send() {
    Wire current = wire;
    if (current == null || unconfirmed > 0) {
      return;
    }
    List<String> subscribe = new ArrayList<>();
    List<String> unsubscribe = new ArrayList<>();
    while (!changed.isEmpty() && subscribe.size() + unsubscribe.size() < PIECE) {
      Entry entry = changed.iterator().next();
      changed.remove(entry);
      sort(entry, subscribe, unsubscribe);
    }
    unconfirmed = subscribe.size() + unsubscribe.size();
    if (!subscribe.isEmpty()) {
      current.subscribe(subscribe);
    }
    if (!unsubscribe.isEmpty()) {
      current.unsubscribe(unsubscribe);
    }
  }

  private void sort(Entry entry, List<String> subscribe, List<String> unsubscribe) {
    boolean wanted = entry.count.get() > 0;
    boolean has = entry.state == State.CONFIRMED;
    if (wanted != has) {
      entry.state = State.ASKED;
      (wanted ? subscribe : unsubscribe).add(entry.topic);
    } else if (!wanted) {
      remove(entry);
    }
  }
}
