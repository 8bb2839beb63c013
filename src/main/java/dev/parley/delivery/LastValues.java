package dev.parley.delivery;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one channel that wait for one connection, of which only the newest for each key
 * is to leave. Knows what has been left out, so that the client can tell it from a loss.
 *
 * <p>A newer message does not take the place of the one that it replaces but waits behind the
 * others: offsets of a channel never go back. No more keys are known than messages wait. On the
 * connection's dispatcher only.
 */
final class LastValues {
  private final Map<String, OutboundFrame> newest = new HashMap<>();

  /** Everything up to here has left, or was left out. */
  private long position;

  /**
   * @param before the offset before the first message
   */
  LastValues(long before) {
    position = before;
  }

  /** The message that waits under the same key, if there is one. */
  @Nullable OutboundFrame waitingFor(StreamMessage message) {
    return message.key() == null ? null : newest.get(message.key());
  }

  /** The message waits from now on, and the one before it under its key no longer. */
  void add(OutboundFrame frame) {
    StreamMessage message = message(frame);
    if (message.key() != null) {
      newest.put(message.key(), frame);
    }
  }

  /** Whether a newer message has taken the place of this one. */
  boolean isReplaced(OutboundFrame frame) {
    OutboundFrame last = waitingFor(message(frame));
    return last != null && message(last).offset() != message(frame).offset();
  }

  /** Takes out a message whose turn it is; it says how many before it were left out. */
  OutboundFrame leave(OutboundFrame frame) {
    StreamMessage message = message(frame);
    if (message.key() != null) {
      newest.remove(message.key());
    }
    long leftOut = message.offset() - position - 1;
    position = message.offset();
    return leftOut == 0 || message.position() == null
        ? frame
        : OutboundFrame.of(message.conflated(leftOut));
  }

  private static StreamMessage message(OutboundFrame frame) {
    return Objects.requireNonNull(frame.message());
  }
}
