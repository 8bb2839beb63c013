package dev.parley.delivery;

import org.jspecify.annotations.Nullable;

/**
 * Something that waits to be written to one connection.
 *
 * @param event the SSE event under which it is sent
 * @param text what is sent
 * @param message the message of the log that it is, if it is one
 */
public record OutboundFrame(
    Lane lane, String event, FrameText text, @Nullable StreamMessage message) {
  /** A reply or a push that is not a message. */
  public static OutboundFrame control(String event, String json) {
    return new OutboundFrame(Lane.CONTROL, event, new FrameText(json), null);
  }

  /**
   * A reply that says where a channel's messages go on or end. It leaves in turn with them: if it
   * overtook those that wait, the client would take them for repetitions, or for messages of a
   * channel that it has left.
   */
  public static OutboundFrame inTurn(String event, String json) {
    return new OutboundFrame(Lane.NORMAL, event, new FrameText(json), null);
  }

  static OutboundFrame of(StreamMessage message) {
    return new OutboundFrame(Lane.NORMAL, message.event(), message.text(), message);
  }

  /** What is sent, as JSON. */
  public String json() {
    return text.json();
  }

  int weight() {
    return text.json().length() + 64;
  }
}
