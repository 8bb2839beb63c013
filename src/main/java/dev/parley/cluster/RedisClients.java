package dev.parley.cluster;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/** Clients for what nodes share in Redis for a moment. Any thread. */
@ApplicationScoped
public class RedisClients {
  @Inject RedisSettings settings;

  /** Whether there is a Redis at all. */
  public boolean isConfigured() {
    return settings.redis.isPresent();
  }

  /** How all keys begin. */
  public String prefix() {
    return settings.prefix;
  }

  /**
   * A client of the caller's own, who closes it. It is good for the Redis of this moment: after a
   * failure, ask for another. Each of its calls blocks for {@code parley.redis.timeout} at most.
   *
   * @throws JedisException when nobody says who serves now
   */
  public UnifiedJedis open() {
    return new RedisNodes(settings.redis.orElseThrow(), settings.timeout).client();
  }
}
