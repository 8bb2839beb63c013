package dev.parley.cluster;

import dev.parley.platform.FakeConfig;
import dev.parley.platform.Ids;
import dev.parley.platform.PlainThreads;
import dev.parley.testkit.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Buses of several nodes in one Java virtual machine, with one Redis and quick canaries. */
final class RedisBuses implements AutoCloseable {
  static final byte[] KEY = "the key of all nodes of the test".getBytes(StandardCharsets.UTF_8);

  private final PlainThreads threads = new PlainThreads();
  private final String url;
  private final Map<String, String> properties = new HashMap<>();
  private final List<JedisClusterBus> buses = new ArrayList<>();
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  RedisBuses(String url) {
    this.url = url;
    with("parley.redis.url", url);
    with("parley.redis.canary", "PT0.1S");
    with("parley.redis.timeout", "PT0.5S");
    with("parley.redis.max-body", String.valueOf(2 << 20));
  }

  RedisBuses with(String key, String value) {
    properties.put(key, value);
    return this;
  }

  /** One more node, which need not be up yet and hears everything from its beginning. */
  JedisClusterBus start(BusListener listener) {
    JedisClusterBus bus = make();
    bus.listen(listener);
    return bus.start(threads.workers());
  }

  /** One more node, which is up. */
  JedisClusterBus startUp() {
    JedisClusterBus bus = make().start(threads.workers());
    Await.until("the bus is up", bus::isUp);
    return bus;
  }

  private JedisClusterBus make() {
    JedisClusterBus bus =
        new JedisClusterBus(
            RedisAddress.of(url),
            new RedisSettings(FakeConfig.settings(properties)),
            () -> KEY,
            registry,
            new Ids());
    buses.add(bus);
    return bus;
  }

  double count(String name, String... tags) {
    return registry.counter(name, tags).count();
  }

  @Override
  public void close() {
    buses.forEach(JedisClusterBus::close);
    threads.close();
  }
}
