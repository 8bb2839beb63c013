package dev.parley.delivery;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is new in a channel for all whose turn it is.
 *
 * @param together the same as one batch, which those take as it is for whom nothing else waits;
 *     null when each has to take the messages one by one
 */
record News(List<StreamMessage> messages, @Nullable Batch together) {
  static News of(List<StreamMessage> messages) {
    boolean conflates = messages.get(0).namespace().conflateBy().isActive();
    return new News(messages, conflates ? null : Batch.ofMessages(messages));
  }

  long first() {
    return messages.get(0).offset();
  }

  long last() {
    return messages.get(messages.size() - 1).offset();
  }
}
