package dev.parley.message;

import dev.parley.channel.DirectPair;
import dev.parley.cluster.Envelope;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.JsonObject;
import dev.parley.protocol.JsonReader;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.StreamPosition;
import dev.parley.protocol.UserId;

/**
 * A direct conversation that goes on.
 *
 * @param channelId how to name its channel in cursors
 * @param before directly before the message that ended its last rest: who was in no conversation
 *     with the other then has missed nothing before this
 */
public record DirectOpened(DirectPair pair, long channelId, StreamPosition before) {
  /** As it is announced in an inbox. */
  Envelope in(ChannelKey inbox) {
    return new Envelope(
        inbox,
        null,
        "opened",
        0,
        JsonWriter.object(
            json -> {
              json.writeStringField("one", pair.one().value());
              json.writeStringField("other", pair.other().value());
              json.writeNumberField("channel", channelId);
              json.writeStringField("epoch", before.epoch());
              json.writeNumberField("offset", before.offset());
            }));
  }

  /**
   * What was announced.
   *
   * @throws dev.parley.protocol.CommandRejected with {@code bad_request} when it is anything else
   */
  public static DirectOpened read(Envelope envelope) {
    JsonObject json = JsonReader.object(envelope.body());
    return new DirectOpened(
        new DirectPair(
            envelope.channel().org(),
            new UserId(json.string("one")),
            new UserId(json.string("other"))),
        json.integer("channel"),
        new StreamPosition(json.string("epoch"), json.integer("offset")));
  }
}
