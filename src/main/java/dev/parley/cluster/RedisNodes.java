package dev.parley.cluster;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.resps.ClusterShardInfo;
import redis.clients.jedis.resps.ClusterShardNodeInfo;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * Finds the Redis that serves a topic at this moment, and connects to it. It asks anew each time
 * and remembers nothing: after a failover the old answer would be wrong. Any thread; blocks for the
 * timeout for each host that does not answer.
 */
final class RedisNodes {
  private final RedisAddress address;
  private final JedisClientConfig config;
  private final JedisClientConfig sentinelConfig;

  RedisNodes(RedisAddress address, Duration timeout) {
    this.address = address;
    this.sentinelConfig = builder(address, timeout).build();
    // Not the builder of before: what it has built once keeps its credentials, those of nobody.
    DefaultJedisClientConfig.Builder builder = builder(address, timeout);
    if (!address.user().isEmpty()) {
      builder.user(address.user());
    }
    if (!address.password().isEmpty()) {
      builder.password(address.password());
    }
    this.config = builder.database(address.database()).build();
  }

  private static DefaultJedisClientConfig.Builder builder(RedisAddress address, Duration timeout) {
    DefaultJedisClientConfig.Builder builder =
        DefaultJedisClientConfig.builder()
            .resp2()
            .clientName("parley")
            .timeoutMillis((int) timeout.toMillis());
    return address.tls()
        ? builder.sslOptions(SslOptions.builder().sslVerifyMode(SslVerifyMode.FULL).build())
        : builder;
  }

  /**
   * A new connection to the one that serves the topic.
   *
   * @throws JedisException when nobody says who that is, or it does not answer
   */
  RedisConnection connect(String topic) {
    return new RedisConnection(find(topic), config);
  }

  /**
   * A client for keys, with few connections of its own. It is good for the Redis of this moment:
   * after a failure, close it and ask for another.
   *
   * @throws JedisException when nobody says who serves now
   */
  UnifiedJedis client() {
    ConnectionPoolConfig pool = new ConnectionPoolConfig();
    pool.setMaxTotal(2);
    pool.setJmxEnabled(false);
    // Otherwise a thread that the server does not know looks after idle connections.
    pool.setTimeBetweenEvictionRuns(Duration.ofMillis(-1));
    return address.kind() == RedisAddress.Kind.CLUSTER
        ? RedisClusterClient.builder()
            .nodes(Set.copyOf(address.hosts()))
            .clientConfig(config)
            .poolConfig(pool)
            .maxAttempts(2)
            .build()
        : RedisClient.builder().hostAndPort(find("")).clientConfig(config).poolConfig(pool).build();
  }

  private HostAndPort find(String topic) {
    return switch (address.kind()) {
      case STANDALONE -> address.hosts().get(0);
      case SENTINEL -> askAnyone(sentinelConfig, this::master);
      case CLUSTER -> askAnyone(config, node -> owner(node, slot(topic)));
    };
  }

  /** A question to one of the hosts, whichever answers it. */
  private interface Question {
    HostAndPort ask(Jedis host);
  }

  private HostAndPort askAnyone(JedisClientConfig as, Question question) {
    JedisException failure = new JedisConnectionException("nobody to ask");
    for (HostAndPort host : address.hosts()) {
      try (Jedis asked = new Jedis(host, as)) {
        return question.ask(asked);
      } catch (JedisException e) {
        failure = e;
      }
    }
    throw failure;
  }

  private HostAndPort master(Jedis sentinel) {
    List<String> found = sentinel.sentinelGetMasterAddrByName(address.master());
    if (found == null || found.size() < 2) {
      throw new JedisException("the Sentinel knows no master of that name");
    }
    return new HostAndPort(found.get(0), Integer.parseInt(found.get(1)));
  }

  private static int slot(String topic) {
    return JedisClusterCRC16.getSlot(topic.getBytes(StandardCharsets.UTF_8));
  }

  private HostAndPort owner(Jedis asked, int slot) {
    for (ClusterShardInfo shard : asked.clusterShards()) {
      if (shard.getSlots().stream().anyMatch(r -> r.get(0) <= slot && slot <= r.get(1))) {
        for (ClusterShardNodeInfo node : shard.getNodes()) {
          if (node.getRole().equals("master") && node.getHealth().equals("online")) {
            Long port = address.tls() ? node.getTlsPort() : node.getPort();
            return new HostAndPort(node.getIp(), port.intValue());
          }
        }
      }
    }
    throw new JedisException("nobody serves slot " + slot);
  }
}
