package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.StreamPosition;
import org.junit.jupiter.api.Test;

class InMemoryClusterBusTest extends ClusterBusContract {
  @Override
  ClusterBus create() {
    return new InMemoryClusterBus();
  }

  @Test
  void whatIsAnnouncedBeforeAnybodyListensIsNobodysBusiness() {
    ClusterBus bus = new InMemoryClusterBus();
    ChannelKey channel = new ChannelKey(new OrgId("acme"), new ChannelName("room:a"));
    bus.subscribe(channel);
    assertThatCode(
            () -> bus.announce(new Envelope(channel, new StreamPosition("e", 1), "x", 0, "{}")))
        .doesNotThrowAnyException();
  }
}
