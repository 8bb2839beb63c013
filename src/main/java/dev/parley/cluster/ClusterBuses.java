package dev.parley.cluster;

import dev.parley.platform.Ids;
import dev.parley.platform.WorkerThreads;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;

/** Makes this node's one bus: through Redis when its URL is configured, else in memory. */
@ApplicationScoped
class ClusterBuses {
  @Inject RedisSettings settings;
  @Inject BusSecret secret;
  @Inject MeterRegistry registry;
  @Inject WorkerThreads threads;
  @Inject Ids ids;

  @Produces
  @ApplicationScoped
  ClusterBus bus() {
    return settings
        .redis
        .<ClusterBus>map(
            address -> new JedisClusterBus(address, settings, secret, registry, ids).start(threads))
        .orElseGet(InMemoryClusterBus::new);
  }

  void end(@Disposes ClusterBus bus) {
    if (bus instanceof JedisClusterBus redis) {
      redis.close();
    }
  }
}
