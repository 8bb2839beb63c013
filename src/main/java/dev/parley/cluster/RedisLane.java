package dev.parley.cluster;

import dev.parley.platform.WorkerThreads;
import dev.parley.protocol.ChannelKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * The topics that one Redis serves: all of them, or in a Redis Cluster those of one hash tag. It
 * has one connection to hear and one to speak, each with a thread, and its own canary, so that one
 * lane's trouble is not another's. Any thread.
 */
final class RedisLane {
  final RedisLink redis;
  final String canaryTopic;
  final Subscriptions subscriptions;
  final Canary canary;
  final HintQueue hints = new HintQueue();
  final CountDownLatch ended = new CountDownLatch(1);

  private final RedisSubscriber subscriber;
  private final RedisPublisher publisher;
  private List<Thread> running = List.of();

  /**
   * @param number which of the lanes it is
   */
  RedisLane(int number, RedisLink redis, BusListener listener) {
    this.redis = redis;
    this.canaryTopic = redis.topics().canary(number, redis.self());
    this.canary = new Canary(redis.settings().canary);
    this.subscriptions =
        new Subscriptions(
            redis.topics()::channel, listener::mayHaveMissed, redis.settings().timeout.toNanos());
    this.subscriber = new RedisSubscriber(this, listener);
    this.publisher = new RedisPublisher(this, subscriber);
  }

  void start(WorkerThreads threads) {
    running =
        List.of(threads.thread("bus-hear", subscriber), threads.thread("bus-tell", publisher));
    running.forEach(Thread::start);
  }

  /** Lets the other nodes know, soon; never blocks. */
  void announce(Envelope envelope) {
    if (!hints.offer(new HintQueue.Hint(redis.topics().channel(envelope.channel()), envelope))) {
      redis.metrics().overflowed();
    }
  }

  boolean wants(ChannelKey channel) {
    return subscriptions.wants(channel);
  }

  /** For how long announcements have not come through; zero while they do. */
  Duration outage() {
    return canary.isAlive() && subscriptions.isComplete() ? Duration.ZERO : canary.silence();
  }

  /** Whether everything that was announced has been handed to Redis. */
  boolean isIdle() {
    return hints.isIdle();
  }

  void end() {
    ended.countDown();
    subscriber.reconnect();
    running.forEach(Thread::interrupt);
  }
}
