package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.StreamPosition;
import dev.parley.testkit.Await;
import dev.parley.testkit.Recorder;
import dev.parley.testkit.RedisGroup;
import dev.parley.testkit.RedisProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.util.JedisClusterCRC16;

/** The contract on a Redis Cluster, whose slots may move. Needs the operating system's Redis 7. */
class RedisClusterBusTest extends ClusterBusContract {
  private static RedisGroup cluster;

  private final RedisBuses buses = new RedisBuses(cluster.url());

  @BeforeAll
  static void startCluster() {
    Assumptions.assumeTrue(RedisProcess.installed().isPresent(), "there is no Redis 7 here");
    cluster = RedisGroup.cluster();
  }

  @AfterAll
  static void stopCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Override
  ClusterBus create() {
    return new TwoNodes(buses.startUp(), buses.startUp());
  }

  @Override
  void destroy() {
    buses.close();
  }

  @Test
  void whenASlotMovesItsLaneFollows() {
    Recorder<Envelope> heard = new Recorder<>();
    JedisClusterBus teller = buses.startUp();
    JedisClusterBus hearer = buses.startUp();
    hearer.listen(new EnvelopeRecorder(heard));
    ChannelKey room = new ChannelKey(new OrgId("acme"), new ChannelName("room:moves"));
    Await.result("the subscription", hearer.subscribe(room).toCompletableFuture());
    Topics topics = new Topics("parley", 8);
    int slot = JedisClusterCRC16.getSlot(topics.channel(room));
    int owner = slot * 3 / 16384;
    double before = buses.count("parley.bus.reconnects");
    cluster.moveSlot(slot, owner, (owner + 1) % 3);
    try {
      Await.until("the lanes follow", () -> buses.count("parley.bus.reconnects") >= before + 2);
      Await.until("the bus is up", () -> hearer.isUp() && teller.isUp());
      teller.announce(new Envelope(room, new StreamPosition("e", 1), "message", 0, "moved"));
      assertThat(heard.await("the envelope", any -> true).body()).isEqualTo("moved");
    } finally {
      cluster.moveSlot(slot, (owner + 1) % 3, owner);
    }
  }
}
