package dev.parley.cluster;

import dev.parley.protocol.ChannelKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
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

  /** Where commands go; never throws. */
  interface Wire {
    void subscribe(List<String> topics);

    void unsubscribe(List<String> topics);
  }

  private final Function<ChannelKey, String> topics;
  private final Runnable mayHaveMissed;

  private final Map<ChannelKey, WantedTopic> byChannel = new ConcurrentHashMap<>();
  private final Map<String, WantedTopic> byTopic = new ConcurrentHashMap<>();

  // Guarded by this. No more topics than channels that somebody on this node reads.
  private final Set<WantedTopic> changed = new LinkedHashSet<>();
  private final WaitingStages waiting;
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
    this.waiting = new WaitingStages(patienceNanos);
  }

  /** Whether somebody on this node wants to hear the channel. */
  boolean wants(ChannelKey channel) {
    WantedTopic topic = byChannel.get(channel);
    return topic != null && topic.isWanted();
  }

  /** Whose topic it is; null when nobody wants to hear it any more. */
  @Nullable ChannelKey wanted(String name) {
    WantedTopic topic = byTopic.get(name);
    return topic != null && topic.isWanted() ? topic.channel : null;
  }

  /** Whether Redis has confirmed everything that was wanted when the connection was made. */
  boolean isComplete() {
    return complete;
  }

  /** One more wants to hear the channel. Without a connection the stage is complete at once. */
  CompletionStage<Void> subscribe(ChannelKey channel) {
    CompletableFuture<Void> stage = new CompletableFuture<>();
    synchronized (this) {
      WantedTopic topic =
          byChannel.computeIfAbsent(channel, key -> new WantedTopic(key, topics.apply(key)));
      byTopic.put(topic.name, topic);
      topic.count.incrementAndGet();
      if (wire == null || topic.state == WantedTopic.State.CONFIRMED) {
        stage.complete(null);
      } else {
        topic.waiting.add(stage);
        waiting.add(stage);
      }
      change(topic);
    }
    return stage;
  }

  /** One less. */
  synchronized void unsubscribe(ChannelKey channel) {
    WantedTopic topic = byChannel.get(channel);
    if (topic != null && topic.isWanted()) {
      topic.count.decrementAndGet();
      change(topic);
    }
  }

  private void change(WantedTopic topic) {
    if (wire != null) {
      changed.add(topic);
      send();
    } else if (!topic.isWanted()) {
      remove(topic);
    }
  }

  private void remove(WantedTopic topic) {
    byChannel.remove(topic.channel);
    byTopic.remove(topic.name);
    restored(topic);
    // Whoever has given up before Redis was asked need not wait for anything.
    waiting.expire(topic.takeWaiting());
  }

  private void restored(WantedTopic topic) {
    if (topic.restoring) {
      topic.restoring = false;
      restoring--;
    }
  }

  /** A connection is there, and has no subscriptions yet. */
  void connected(Wire newWire) {
    synchronized (this) {
      wire = newWire;
      unconfirmed = 0;
      restoring = byChannel.size();
      for (WantedTopic topic : byChannel.values()) {
        topic.state = WantedTopic.State.ABSENT;
        topic.restoring = true;
        changed.add(topic);
      }
      send();
    }
    tellWhenRestored();
  }

  /** The connection is gone; whoever waits for it goes on without. */
  void broken() {
    List<CompletableFuture<Void>> released;
    synchronized (this) {
      wire = null;
      complete = false;
      changed.clear();
      for (WantedTopic topic : List.copyOf(byChannel.values())) {
        topic.waiting.clear();
        change(topic);
      }
      released = waiting.takeAll();
    }
    released.forEach(stage -> stage.complete(null));
  }

  /**
   * Redis has confirmed one topic.
   *
   * @return false when that was not asked for, as it happens when a slot moves to another node
   */
  boolean confirmed(String name, boolean subscribed) {
    List<CompletableFuture<Void>> released;
    synchronized (this) {
      WantedTopic topic = byTopic.get(name);
      if (topic == null || topic.state != WantedTopic.State.ASKED) {
        return false;
      }
      topic.state = subscribed ? WantedTopic.State.CONFIRMED : WantedTopic.State.ABSENT;
      released = subscribed ? topic.takeWaiting() : List.of();
      unconfirmed--;
      restored(topic);
      changed.add(topic);
      send();
    }
    // Somebody may have gone on without, and missed what was announced until now.
    boolean late = released.stream().filter(stage -> !stage.complete(null)).count() > 0;
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
    List<CompletableFuture<Void>> released;
    synchronized (this) {
      released = waiting.takeOverdue();
    }
    released.forEach(stage -> stage.complete(null));
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
      WantedTopic topic = changed.iterator().next();
      changed.remove(topic);
      sort(topic, subscribe, unsubscribe);
    }
    unconfirmed = subscribe.size() + unsubscribe.size();
    if (!subscribe.isEmpty()) {
      current.subscribe(subscribe);
    }
    if (!unsubscribe.isEmpty()) {
      current.unsubscribe(unsubscribe);
    }
  }

  private void sort(WantedTopic topic, List<String> subscribe, List<String> unsubscribe) {
    boolean wanted = topic.isWanted();
    if (wanted != (topic.state == WantedTopic.State.CONFIRMED)) {
      topic.state = WantedTopic.State.ASKED;
      (wanted ? subscribe : unsubscribe).add(topic.name);
    } else if (!wanted) {
      remove(topic);
    }
  }
}
