package dev.parley.cluster;

import dev.parley.platform.Settings;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** The settings of what connects the nodes. */
@Dependent
public class RedisSettings {
  private static final int SHORTEST_SECRET = 16;

  /** {@code parley.redis.url}: where Redis is; absent: this node is alone. */
  public final Optional<RedisAddress> redis;

  /**
   * {@code parley.redis.secret}: the key under which nodes sign what they announce; absent: one
   * that they share in the database.
   */
  public final Optional<byte[]> secret;

  /**
   * {@code parley.redis.prefix}: how the names of all topics begin, so that two installations can
   * use one Redis.
   */
  public final String prefix;

  /** {@code parley.redis.timeout}: how long Redis may take to accept or to answer. */
  public final Duration timeout;

  /** {@code parley.redis.canary}: how often a node proves that it hears itself through Redis. */
  public final Duration canary;

  /** {@code parley.redis.down-grace}: how long the bus may be down before the node is not ready. */
  public final Duration downGrace;

  /**
   * {@code parley.redis.max-body}: largest message, in bytes, that goes through Redis itself; of a
   * larger one only the position does, and the other nodes read the log.
   */
  public final int maxBody;

  /**
   * {@code parley.redis.cluster-lanes}: over how many slots of a Redis Cluster channels are spread;
   * the same on all nodes.
   */
  public final int clusterLanes;

  @Inject
  public RedisSettings(Settings settings) {
    redis =
        settings.secret(
            "parley.redis.url",
            RedisAddress::of,
            "redis://host:port, redis-sentinel://host:port,host:port/master or"
                + " redis-cluster://host:port,host:port (rediss… for TLS)");
    secret =
        settings.secret(
            "parley.redis.secret", RedisSettings::key, "a text of 16 characters or more");
    prefix = settings.text("parley.redis.prefix", "parley", "[A-Za-z0-9_.-]{1,64}", "a short name");
    timeout =
        settings.duration(
            "parley.redis.timeout",
            Duration.ofSeconds(1),
            Duration.ofMillis(10),
            Duration.ofMinutes(1));
    canary =
        settings.duration(
            "parley.redis.canary",
            Duration.ofSeconds(1),
            Duration.ofMillis(10),
            Duration.ofMinutes(1));
    downGrace = settings.duration("parley.redis.down-grace", Duration.ofSeconds(10));
    maxBody = settings.integer("parley.redis.max-body", 256 << 10, 0, EnvelopeCodec.MAX_BODY);
    clusterLanes = settings.integer("parley.redis.cluster-lanes", 8, 1, 64);
  }

  private static byte[] key(String text) {
    if (text.length() < SHORTEST_SECRET) {
      throw new IllegalArgumentException("too short to be a secret");
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
