package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.OrgId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.util.JedisClusterCRC16;

/** No name of a tenant or a channel reaches a topic that is not its own. */
class TopicsTest {
  private static final Topics ONE = new Topics("parley", 0);
  private static final Topics CLUSTER = new Topics("parley", 8);

  @Test
  void aChannelHasATopicOfItsOwn() {
    assertThat(ONE.channel(channel("acme", "room:a"))).isEqualTo("parley/c/acme/room:a");
  }

  @ParameterizedTest
  @CsvSource({"canary/7,a:b", "../canary,7:x", "/canary/7,x:y", "{0}/canary,7:x", "c,canary:7"})
  void nobodyReachesTheCanary(String org, String name) {
    String canary = ONE.canary(0, 7);
    assertThat(ONE.channel(channel(org, name))).isNotEqualTo(canary).startsWith("parley/c/");
    assertThat(canary).doesNotStartWith("parley/c/");
  }

  @ParameterizedTest
  @CsvSource({"acme,room:a", "{9},room:b", "a{b}c,room:c", "}{,room:d"})
  void theSlotOfATopicIsThatOfItsLane(String org, String name) {
    ChannelKey channel = channel(org, name);
    assertThat(JedisClusterCRC16.getSlot(CLUSTER.channel(channel)))
        .isEqualTo(JedisClusterCRC16.getSlot(CLUSTER.canary(CLUSTER.lane(channel), 7)));
  }

  /** Nodes on different versions of Java must agree. */
  @Test
  void theLaneOfAChannelNeverChanges() {
    assertThat(CLUSTER.lane(channel("acme", "room:a"))).isEqualTo(7);
  }

  private static ChannelKey channel(String org, String name) {
    return new ChannelKey(new OrgId(org), new ChannelName(name));
  }
}
