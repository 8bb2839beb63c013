package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.OrgId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.BeforeTry;

/** What Redis is told, and when it is over for those who wait. */
class SubscriptionsTest {
  private final List<String> told = new ArrayList<>();
  private int checks;
  private Subscriptions subscriptions;
  private FakeRedis redis;

  @BeforeTry
  void begin() {
    told.clear();
    checks = 0;
    subscriptions =
        new Subscriptions(
            channel -> channel.name().value(), () -> checks++, TimeUnit.HOURS.toNanos(1));
    redis = new FakeRedis();
  }

  /** What a Redis has been asked and has not yet confirmed, in order. */
  private final class FakeRedis implements Subscriptions.Wire {
    final Map<String, Boolean> asked = new LinkedHashMap<>();
    final Set<String> subscribed = new HashSet<>();

    @Override
    public void subscribe(List<String> topics) {
      told.add("+" + topics);
      ask(topics, true);
    }

    @Override
    public void unsubscribe(List<String> topics) {
      told.add("-" + topics);
      ask(topics, false);
    }

    private void ask(List<String> topics, boolean subscribe) {
      for (String topic : topics) {
        assertThat(asked.put(topic, subscribe)).as("asked twice for " + topic).isNull();
      }
    }

    void confirmOne() {
      String topic = asked.keySet().iterator().next();
      boolean subscribe = asked.remove(topic);
      assertThat(subscribe ? subscribed.add(topic) : subscribed.remove(topic)).isTrue();
      assertThat(subscriptions.confirmed(topic, subscribe)).isTrue();
    }

    void confirmAll() {
      while (!asked.isEmpty()) {
        confirmOne();
      }
    }

    void restart() {
      subscriptions.broken();
      asked.clear();
      subscribed.clear();
    }
  }

  @Example
  void aStageCompletesWhenRedisHasConfirmed() {
    subscriptions.connected(redis);
    CompletableFuture<Void> stage = subscribe("room:a");
    assertThat(stage).isNotDone();
    redis.confirmAll();
    assertThat(stage).isDone();
  }

  @Example
  void whileTheFirstCommandIsUnderWayTheOthersGather() {
    subscriptions.connected(redis);
    want("room:a");
    want("room:b");
    want("room:c");
    unsubscribe("room:b");
    redis.confirmAll();
    assertThat(told).containsExactly("+[room:a]", "+[room:c]");
  }

  /** Seen to fail when a topic that is about to be given up counts as not subscribed. */
  @Example
  void whoComesBackBeforeTheUnsubscribeWasSentNeedNotWait() {
    subscriptions.connected(redis);
    want("room:a");
    redis.confirmAll();
    want("room:b");
    unsubscribe("room:a");
    assertThat(subscribe("room:a")).isDone();
    redis.confirmAll();
    assertThat(redis.subscribed).containsExactlyInAnyOrder("room:a", "room:b");
  }

  @Example
  void withoutAConnectionNobodyWaits() {
    assertThat(subscribe("room:a")).isDone();
    subscriptions.connected(redis);
    CompletableFuture<Void> waiting = subscribe("room:b");
    redis.restart();
    assertThat(waiting).isDone();
  }

  @Example
  void afterABreakEverythingIsSubscribedAgainInPiecesAndThenTheLogIsChecked() {
    int many = 3 * Subscriptions.PIECE + 1;
    for (int i = 0; i < many; i++) {
      want("room:" + i);
    }
    unsubscribe("room:0");
    subscriptions.connected(redis);
    assertThat(redis.asked).hasSize(Subscriptions.PIECE);
    assertThat(subscriptions.isComplete()).isFalse();
    assertThat(checks).isZero();
    redis.confirmAll();
    assertThat(redis.subscribed).hasSize(many - 1).doesNotContain("room:0");
    assertThat(subscriptions.isComplete()).isTrue();
    assertThat(checks).isEqualTo(1);
    redis.restart();
    assertThat(subscriptions.isComplete()).isFalse();
    subscriptions.connected(redis);
    redis.confirmAll();
    assertThat(redis.subscribed).hasSize(many - 1);
    assertThat(checks).isEqualTo(2);
  }

  /** A node on which people come and go all the time is complete all the same. */
  @Example
  void whatComesMeanwhileDoesNotDelayThatEverythingIsRestored() {
    want("room:a");
    subscriptions.connected(redis);
    for (int i = 0; i < 10; i++) {
      want("room:new" + i);
      redis.confirmOne();
    }
    assertThat(redis.asked).isNotEmpty();
    assertThat(subscriptions.isComplete()).isTrue();
  }

  @Example
  void whoHasWaitedTooLongGoesOnAndTheLogIsCheckedWhenRedisConfirmsAtLast() {
    Subscriptions impatient =
        new Subscriptions(channel -> channel.name().value(), () -> checks++, -1);
    impatient.connected(redis);
    assertThat(checks).isEqualTo(1);
    CompletableFuture<Void> stage = impatient.subscribe(channel("room:a")).toCompletableFuture();
    assertThat(stage).isNotDone();
    impatient.releaseOverdue();
    assertThat(stage).isDone();
    assertThat(checks).isEqualTo(1);
    impatient.confirmed("room:a", true);
    assertThat(checks).isEqualTo(2);
  }

  @Example
  void whatNobodyAskedForIsAMovedSlot() {
    subscriptions.connected(redis);
    want("room:a");
    redis.confirmAll();
    assertThat(subscriptions.confirmed("room:a", false)).isFalse();
    assertThat(subscriptions.confirmed("room:unknown", false)).isFalse();
  }

  /** Whatever happens in whatever order: in the end Redis and the node agree, and nobody waits. */
  @Property(tries = 500)
  void redisEndsWithWhatIsWanted(@ForAll long seed) {
    Random random = new Random(seed);
    Map<String, Integer> wanted = new LinkedHashMap<>();
    List<CompletableFuture<Void>> stages = new ArrayList<>();
    boolean connected = false;
    for (int i = 0; i < 200; i++) {
      String topic = "room:" + random.nextInt(5);
      switch (random.nextInt(12)) {
        case 0 -> {
          if (connected) {
            redis.restart();
          } else {
            subscriptions.connected(redis);
          }
          connected = !connected;
        }
        case 1, 2, 3, 4 -> {
          stages.add(subscribe(topic));
          wanted.merge(topic, 1, Integer::sum);
        }
        case 5, 6, 7 -> {
          unsubscribe(topic);
          wanted.computeIfPresent(topic, (key, count) -> count == 1 ? null : count - 1);
        }
        default -> {
          if (!redis.asked.isEmpty()) {
            redis.confirmOne();
          }
        }
      }
      assertThat(subscriptions.wanted(topic) != null).isEqualTo(wanted.containsKey(topic));
    }
    if (!connected) {
      subscriptions.connected(redis);
    }
    redis.confirmAll();
    assertThat(redis.subscribed).isEqualTo(wanted.keySet());
    assertThat(subscriptions.isComplete()).isTrue();
    subscriptions.releaseOverdue();
    stages.forEach(stage -> assertThat(stage.isDone()).isTrue());
  }

  private CompletableFuture<Void> subscribe(String name) {
    return subscriptions.subscribe(channel(name)).toCompletableFuture();
  }

  private void want(String name) {
    var unused = subscribe(name);
  }

  private void unsubscribe(String name) {
    subscriptions.unsubscribe(channel(name));
  }

  private static ChannelKey channel(String name) {
    return new ChannelKey(new OrgId("acme"), new ChannelName(name));
  }
}
