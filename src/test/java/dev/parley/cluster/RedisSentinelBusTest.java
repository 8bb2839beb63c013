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
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The bus behind a Sentinel. Needs the operating system's Redis 7. */
class RedisSentinelBusTest {
  @Test
  void whenTheMasterFreezesTheBusGoesOnOverTheNewOne() {
    Assumptions.assumeTrue(RedisProcess.installed().isPresent(), "there is no Redis 7 here");
    try (RedisGroup group = RedisGroup.sentinel();
        RedisBuses buses = new RedisBuses(group.url())) {
      Recorder<Envelope> heard = new Recorder<>();
      JedisClusterBus teller = buses.startUp();
      JedisClusterBus hearer = buses.startUp();
      hearer.listen(new EnvelopeRecorder(heard));
      ChannelKey room = new ChannelKey(new OrgId("acme"), new ChannelName("room:a"));
      Await.result("the subscription", hearer.subscribe(room).toCompletableFuture());
      group.member(0).pause();
      try {
        Await.until("the death is noticed", () -> !hearer.isUp() && !teller.isUp());
        Await.until("the bus is up", () -> hearer.isUp() && teller.isUp());
        teller.announce(new Envelope(room, new StreamPosition("e", 1), "message", 0, "new"));
        assertThat(heard.await("the envelope", envelope -> envelope.body().equals("new")))
            .isNotNull();
      } finally {
        group.member(0).resume();
      }
    }
  }
}
