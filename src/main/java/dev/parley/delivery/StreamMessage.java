package dev.parley.delivery;

import dev.parley.cluster.Envelope;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.ServerFrame.MessagePush;
import dev.parley.protocol.StreamPosition;

/**
 * A message of the log in the form in which it is delivered: encoded once, shared by all who
 * receive it.
 *
 * @param time when it was stored, in milliseconds since 1970
 */
public record StreamMessage(
    ChannelName channel, StreamPosition position, String event, long time, FrameText text) {
  static StreamMessage of(Envelope envelope) {
    return new StreamMessage(
        envelope.channel().name(),
        envelope.position(),
        envelope.event(),
        envelope.time(),
        new FrameText(envelope.body()));
  }

  static StreamMessage of(MessagePush push) {
    return new StreamMessage(
        push.channel(),
        push.position(),
        push.event().value(),
        push.time().toEpochMilli(),
        new FrameText(JsonWriter.push(push)));
  }

  /** What is sent, to be put into an answer. */
  public JsonText json() {
    return new JsonText(text.json());
  }

  long offset() {
    return position.offset();
  }

  /** What it weighs in a queue: nearly all of it is the JSON, mostly one byte a character. */
  int weight() {
    return text.json().length() + 64;
  }
}
