package dev.parley.cluster;

import dev.parley.testkit.RedisProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** The contract, for what a node hears of itself and for what it hears of another. */
class JedisClusterBusTest {
  private static RedisProcess redis;

  @BeforeAll
  static void startRedis() {
    redis = RedisProcess.start();
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  @Nested
  class OfOneNode extends ClusterBusContract {
    private final RedisBuses buses = new RedisBuses(redis.url());

    @Override
    ClusterBus create() {
      return buses.startUp();
    }

    @Override
    void destroy() {
      buses.close();
    }
  }

  @Nested
  class OfTwoNodes extends ClusterBusContract {
    private final RedisBuses buses = new RedisBuses(redis.url());

    @Override
    ClusterBus create() {
      return new TwoNodes(buses.startUp(), buses.startUp());
    }

    @Override
    void destroy() {
      buses.close();
    }
  }
}
