package dev.parley.delivery;

import dev.parley.channel.Declared;
import dev.parley.channel.Namespaces;
import dev.parley.cluster.Envelope;
import dev.parley.platform.FakeConfig;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.StreamPosition;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Messages, channels and settings for the tests of delivery. */
final class Messages {
  static final ChannelKey ROOM = channel("room:a");
  static final String EPOCH = "epoch-1";

  /** {@code room}, and one for each thing that a namespace can be. */
  static final Namespaces NAMESPACES =
      Declared.namespaces(
          "room.subscribe", "tenant",
          "alarm.lane", "urgent",
          "hint.lane", "background",
          "live.durable", "false",
          "quote.conflate-by", "/symbol",
          "pulse.lane", "background",
          "pulse.conflate-by", "/symbol");

  static final ChannelKey ALARM = channel("alarm:a");
  static final ChannelKey HINT = channel("hint:a");
  static final ChannelKey LIVE = channel("live:a");
  static final ChannelKey QUOTE = channel("quote:a");
  static final ChannelKey PULSE = channel("pulse:a");

  private Messages() {}

  static ChannelKey channel(String name) {
    return new ChannelKey(new OrgId("acme"), new ChannelName(name));
  }

  static StreamMessage message(ChannelKey channel, String epoch, long offset, String json) {
    return new StreamMessage(
        NAMESPACES.of(channel.name()),
        channel.name(),
        new StreamPosition(epoch, offset),
        offset,
        "message",
        0,
        new FrameText(json),
        null);
  }

  static StreamMessage message(long offset) {
    return message(ROOM, EPOCH, offset, "{\"offset\":" + offset + "}");
  }

  /** A message with the key {@code symbol}; without one when that is null. */
  static StreamMessage quote(ChannelKey channel, long offset, @Nullable String symbol) {
    String data = symbol == null ? "{}" : "{\"symbol\":\"" + symbol + "\"}";
    String push = "{\"offset\":" + offset + ",\"data\":" + data + "}";
    return StreamMessage.of(
        NAMESPACES.of(channel.name()),
        new Envelope(channel, new StreamPosition(EPOCH, offset), "message", 0, push),
        offset);
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
