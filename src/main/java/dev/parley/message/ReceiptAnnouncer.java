package dev.parley.message;

import dev.parley.cluster.ClusterBus;
import dev.parley.cluster.Envelope;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.ServerFrame.Receipt;
import dev.parley.protocol.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;

/**
 * Tells those who read a channel how far somebody has come, and that person's own connections,
 * whatever they read. A hint: the watermark is in the database, and whoever misses a push learns of
 * it with the next one or by asking. Any thread; never blocks.
 */
@ApplicationScoped
class ReceiptAnnouncer {
  /** The event under which receipts are pushed. */
  static final String EVENT = "receipt";

  @Inject ClusterBus bus;
  @Inject Clock clock;

  void announce(List<Advanced> results) {
    for (Advanced result : results) {
      if (result.hasMoved()) {
        announce(result.advance().channel(), result.forChannel());
        own(result);
      }
    }
  }

  private void own(Advanced result) {
    String channel = "user:" + new UserId(result.advance().user().id()).asChannelPart();
    if (ChannelName.isValid(channel)) {
      announce(
          new ChannelKey(result.advance().channel().org(), new ChannelName(channel)),
          result.forPerson());
    }
  }

  private void announce(ChannelKey channel, Receipt receipt) {
    bus.announce(new Envelope(channel, null, EVENT, clock.millis(), JsonWriter.push(receipt)));
  }
}
