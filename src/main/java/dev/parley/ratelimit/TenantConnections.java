package dev.parley.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.parley.cluster.ClusterSettings;
import dev.parley.cluster.NodeRegistry;
import dev.parley.cluster.RedisClients;
import dev.parley.platform.WorkerThreads;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.OrgId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many connections tenants have, and where it ends ({@link TenantSettings}). This node's are
 * counted exactly; what the other nodes hold is read from the registry as often as nodes write it.
 * So in between each node may pass the limit by what it takes in that time, and while the database
 * is away the last answer counts. Any thread; what connects never blocks.
 */
@ApplicationScoped
public class TenantConnections {
  private static final System.Logger LOG = System.getLogger(TenantConnections.class.getName());

  /** Tenants of one question; of those beyond them only this node's connections count. */
  private static final int MAX_ASKED = 1_000;

  @Inject TenantSettings settings;
  @Inject TenantLabels labels;
  @Inject MeterRegistry registry;
  @Inject Refusals refusals;
  @Inject RedisClients redis;
  @Inject NodeRegistry nodes;
  @Inject ClusterSettings cluster;
  @Inject WorkerThreads threads;

  /** Bounded by the connections. */
  private final Map<OrgId, Integer> here = new ConcurrentHashMap<>();

  /** What other nodes hold of tenants that have a limit and connect here. */
  private final Cache<OrgId, Integer> elsewhere =
      Caffeine.newBuilder().maximumSize(MAX_ASKED).expireAfterAccess(Duration.ofHours(1)).build();

  private final Map<String, AtomicInteger> gauges = new ConcurrentHashMap<>();
  private boolean troubled;

  void start(@Observes @Initialized(ApplicationScoped.class) Object application) {
    if (redis.isConfigured()) {
      long every = cluster.flush.toMillis();
      Future<?> unused =
          threads
              .timer("tenant-connections")
              .scheduleWithFixedDelay(this::look, every, every, TimeUnit.MILLISECONDS);
    }
  }

  /** Blocks; on the timer's thread only. */
  private void look() {
    Set<OrgId> asked = Set.copyOf(elsewhere.asMap().keySet());
    if (asked.isEmpty()) {
      return;
    }
    try {
      learn(asked, nodes.heldElsewhere(asked));
      troubled = false;
    } catch (RuntimeException | LinkageError e) {
      // Told once for each time of trouble; the next try comes by itself.
      LOG.log(
          troubled ? Level.DEBUG : Level.WARNING,
          "What tenants hold on other nodes cannot be read now: {0}",
          e.toString());
      troubled = true;
    }
  }

  /** The other nodes hold so many of these tenants; of those that are not named, none. */
  void learn(Set<OrgId> asked, Map<OrgId, Integer> held) {
    // Not by put, which would keep alive what nobody has asked for since.
    asked.forEach(
        org ->
            elsewhere.asMap().computeIfPresent(org, (same, before) -> held.getOrDefault(org, 0)));
  }

  /**
   * One more connection of the tenant to this node; each needs its {@link #disconnect}.
   *
   * @throws CommandRejected with {@code limit_exceeded} when it has as many as it may
   */
  public void connect(OrgId org) {
    int most = settings.of(org).maxConnections();
    int now = here.merge(org, 1, Integer::sum);
    if (most > 0 && now + elsewhere.get(org, any -> 0) > most) {
      leave(org);
      registry
          .counter("parley.tenant.refused", "tenant", labels.of(org), "quota", "connections")
          .increment();
      refusals.watch("tenant_connections", Refused.tenant(org));
      throw new CommandRejected(
          ErrorCode.LIMIT_EXCEEDED, "the tenant has as many connections as it may: " + most);
    }
    gauge(org).incrementAndGet();
  }

  /** One of its connections has ended. */
  public void disconnect(OrgId org) {
    leave(org);
    gauge(org).decrementAndGet();
  }

  private void leave(OrgId org) {
    here.computeIfPresent(org, (key, count) -> count == 1 ? null : count - 1);
  }

  private AtomicInteger gauge(OrgId org) {
    return gauges.computeIfAbsent(
        labels.of(org),
        label ->
            registry.gauge(
                "parley.tenant.connections",
                List.of(Tag.of("tenant", label)),
                new AtomicInteger()));
  }
}
