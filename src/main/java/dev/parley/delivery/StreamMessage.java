package dev.parley.delivery;

import dev.parley.channel.Namespace;
import dev.parley.cluster.Envelope;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.ServerFrame.MessagePush;
import dev.parley.protocol.StreamPosition;
import org.jspecify.annotations.Nullable;

/**
 * A message in the form in which it is delivered: encoded once, shared by all who receive it.
 *
 * @param position its place in the log; null when its channel stores nothing
 * @param offset its place among the channel's messages on this node: that of the log, or, without
 *     one, a number that nobody outside sees
 * @param time when it was published, in milliseconds since 1970
 * @param key the key under which it replaces another that waits, see {@link
 *     dev.parley.channel.ConflateBy}; null when it has none
 */
public record StreamMessage(
    Namespace namespace,
    ChannelName channel,
    @Nullable StreamPosition position,
    long offset,
    String event,
    long time,
    FrameText text,
    @Nullable String key) {
  static StreamMessage of(Namespace namespace, Envelope envelope, long offset) {
    return new StreamMessage(
        namespace,
        envelope.channel().name(),
        envelope.position(),
        offset,
        envelope.event(),
        envelope.time(),
        new FrameText(envelope.body()),
        namespace.conflateBy().key(envelope.event(), envelope.body()));
  }

  static StreamMessage of(Namespace namespace, MessagePush push) {
    String event = push.event().value();
    String json = JsonWriter.push(push);
    return new StreamMessage(
        namespace,
        push.channel(),
        push.position(),
        push.position().offset(),
        event,
        push.time().toEpochMilli(),
        new FrameText(json),
        namespace.conflateBy().key(event, json));
  }

  /** The same for somebody who knows its channel under this name. */
  StreamMessage in(ChannelName shown) {
    if (shown.equals(channel)) {
      return this;
    }
    FrameText said = new FrameText(JsonWriter.renamed(text.json(), channel, shown));
    return new StreamMessage(namespace, shown, position, offset, event, time, said, key);
  }

  /** The same for somebody for whom so many messages directly before it were left out. */
  StreamMessage conflated(long leftOut) {
    FrameText said = new FrameText(JsonWriter.conflated(text.json(), leftOut));
    return new StreamMessage(namespace, channel, position, offset, event, time, said, key);
  }

  /** What is sent, to be put into an answer. */
  public JsonText json() {
    return new JsonText(text.json());
  }

  /** What it weighs in a queue: nearly all of it is the JSON, mostly one byte a character. */
  int weight() {
    return text.json().length() + 64;
  }
}
