package dev.parley.delivery;

import java.util.List;

/**
 * Frames that leave together, perhaps over many connections: what is counted of them is counted
 * once.
 *
 * @param weight what they weigh in a queue
 * @param messages how many of them are messages
 * @param oldest when the oldest of these was published, in milliseconds since 1970
 */
record Batch(List<OutboundFrame> frames, int weight, int messages, long oldest) {
  static Batch of(List<OutboundFrame> frames) {
    int weight = 0;
    int messages = 0;
    long oldest = Long.MAX_VALUE;
    for (OutboundFrame frame : frames) {
      weight += frame.weight();
      if (frame.message() != null) {
        messages++;
        oldest = Math.min(oldest, frame.message().time());
      }
    }
    return new Batch(frames, weight, messages, oldest);
  }

  /** Messages of one channel, one after the other. */
  static Batch ofMessages(List<StreamMessage> messages) {
    return of(messages.stream().map(OutboundFrame::of).toList());
  }

  boolean isEmpty() {
    return frames.isEmpty();
  }
}
