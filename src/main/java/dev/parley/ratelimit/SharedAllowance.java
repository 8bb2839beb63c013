package dev.parley.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.parley.cluster.RedisClients;
import dev.parley.platform.WakingLoop;
import dev.parley.platform.WorkerThreads;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What all nodes together have spent of an allowance. Each node spends from its own bucket at once,
 * and tells a shared one in Redis afterwards, what was spent in between in one go. When that is
 * overdrawn, the node refuses until it is made up for.
 *
 * <p>So nobody waits for Redis, and a user on n nodes gets in one burst at most what n buckets
 * hold, but over time no more than one. Without Redis, or while it is away, each node's own bucket
 * counts: never nothing, never without limit. Any thread; never blocks, but on its own thread.
 */
@ApplicationScoped
class SharedAllowance {
  private static final System.Logger LOG = System.getLogger(SharedAllowance.class.getName());

  /** Allowances with something to tell; beyond it only this node's buckets count. */
  private static final int MAX_UNTOLD = 100_000;

  /** Longest refusal on one word of Redis. */
  private static final long MOST_NANOS = Duration.ofMinutes(1).toNanos();

  /** How long Redis is left alone after a failure. */
  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  @Inject RedisClients redis;
  @Inject RateLimitSettings settings;
  @Inject WorkerThreads threads;
  @Inject MeterRegistry registry;

  /** One allowance and its rate. */
  private record Spent(String key, Rate rate) {}

  private final ConcurrentMap<Spent, Long> untold = new ConcurrentHashMap<>();
  private final Cache<String, Long> overdrawnUntil =
      Caffeine.newBuilder()
          .maximumSize(MAX_UNTOLD)
          .expireAfterWrite(Duration.ofNanos(MOST_NANOS))
          .build();
  private final AtomicInteger up = new AtomicInteger();
  private volatile boolean on;
  private volatile @Nullable WakingLoop loop;

  // Of the one thread.
  private @Nullable SharedBuckets buckets;
  private long leftAloneUntil = System.nanoTime();
  private boolean troubled;

  void start(@Observes @Initialized(ApplicationScoped.class) Object application) {
    if (redis.isConfigured()) {
      on = true;
      registry.gauge("parley.ratelimit.shared", up);
      WakingLoop made = new WakingLoop(settings.shareInterval, this::tell);
      loop = made;
      threads.thread("rate-limits", made).start();
    }
  }

  /** Whether there is anybody to share with. */
  boolean isOn() {
    return on;
  }

  /** For how many nanoseconds the allowance is overdrawn; zero when it is not. */
  long overdrawn(String key) {
    if (!on) {
      return 0;
    }
    Long until = overdrawnUntil.getIfPresent(key);
    return until == null ? 0 : Math.max(0, until - System.nanoTime());
  }

  /** So many were taken from this node's bucket. */
  void spent(String key, Rate rate, long count) {
    if (on && untold.size() < MAX_UNTOLD) {
      untold.merge(new Spent(key, rate), count, Long::sum);
    }
  }

  /** Tells what was spent; blocks. */
  private void tell() {
    if (System.nanoTime() - leftAloneUntil < 0) {
      // What is spent meanwhile is known to this node alone.
      untold.clear();
      return;
    }
    try {
      for (Spent spent : untold.keySet()) {
        Long count = untold.remove(spent);
        if (count != null) {
          tell(spent, count);
        }
      }
    } catch (RuntimeException | LinkageError e) {
      failed(e);
    }
  }

  private void tell(Spent spent, long count) {
    SharedBuckets shared = buckets;
    if (shared == null) {
      shared = new SharedBuckets(redis.open(), redis.prefix());
      buckets = shared;
    }
    long overdrawn = shared.spend(spent.key, spent.rate, Math.min(count, spent.rate.burst()));
    if (overdrawn > 0) {
      overdrawnUntil.put(spent.key, System.nanoTime() + Math.min(overdrawn, MOST_NANOS));
    }
    up.set(1);
    troubled = false;
  }

  private void failed(Throwable failure) {
    up.set(0);
    if (!troubled) {
      troubled = true;
      LOG.log(
          Level.WARNING,
          "Rate limits are each node's own while Redis is away: {0}",
          failure.toString());
    }
    leftAloneUntil = System.nanoTime() + PAUSE_NANOS;
    close();
  }

  private void close() {
    SharedBuckets shared = buckets;
    buckets = null;
    if (shared != null) {
      shared.close();
    }
  }

  @PreDestroy
  void stop() {
    WakingLoop running = loop;
    if (running != null) {
      running.stop();
    }
  }
}
