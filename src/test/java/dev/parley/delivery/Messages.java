package dev.parley.delivery;

import dev.parley.cluster.Envelope;
import dev.parley.platform.FakeConfig;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.StreamPosition;
import java.util.HashMap;
import java.util.Map;

/** Messages, channels and settings for the tests of delivery. */
final class Messages {
  static final ChannelKey ROOM = channel("room:a");
  static final String EPOCH = "epoch-1";

  private Messages() {}

  static ChannelKey channel(String name) {
    return new ChannelKey(new OrgId("acme"), new ChannelName(name));
  }

  static StreamMessage message(ChannelKey channel, String epoch, long offset, String json) {
    return new StreamMessage(
        channel.name(), new StreamPosition(epoch, offset), "message", 0, new FrameText(json));
  }

  static StreamMessage message(long offset) {
    return message(ROOM, EPOCH, offset, "{\"offset\":" + offset + "}");
  }

  static Envelope hint(ChannelKey channel, StreamMessage message) {
    return new Envelope(
        channel, message.position(), message.event(), message.time(), message.json().value());
  }

  /** Settings from pairs of an option of {@code parley.delivery} and its value. */
  static DeliverySettings settings(String... options) {
    Map<String, String> properties = new HashMap<>();
    for (int i = 0; i < options.length; i += 2) {
      properties.put("parley.delivery." + options[i], options[i + 1]);
    }
    return new DeliverySettings(FakeConfig.settings(properties));
  }
}
