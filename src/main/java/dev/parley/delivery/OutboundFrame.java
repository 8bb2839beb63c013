package dev.parley.delivery;

import dev.parley.channel.Lane;
import org.jspecify.annotations.Nullable;

/**
 * Something that waits to be written to one connection.
 *
 * @param event the SSE event under which it is sent
 * @param text what is sent
 * @param message the message that it is, if it is one
 * @param lastValues those among which it waits, when its channel conflates
 */
public record OutboundFrame(
    Lane lane,
    String event,
    FrameText text,
    @Nullable StreamMessage message,
    @Nullable LastValues lastValues) {
  /** A reply or a push that is not a message. */
  public static OutboundFrame control(String event, String json) {
    return new OutboundFrame(Lane.CONTROL, event, new FrameText(json), null, null);
  }

  static OutboundFrame of(StreamMessage message) {
    return among(null, message);
  }

  static OutboundFrame among(@Nullable LastValues lastValues, StreamMessage message) {
    return new OutboundFrame(
        message.namespace().lane(), message.event(), message.text(), message, lastValues);
  }

  /** What is sent, as JSON. */
  public String json() {
    return text.json();
  }

  int weight() {
    return text.json().length() + 64;
  }
}
