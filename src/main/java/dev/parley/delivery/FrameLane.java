package dev.parley.delivery;

import java.util.ArrayDeque;
import java.util.List;

/** What waits in one lane of one connection, first come, first served. On its dispatcher only. */
final class FrameLane {
  /** Replaced frames that may stay beside as many others before they are cleared away. */
  private static final int MAX_REPLACED = 64;

  private final ArrayDeque<OutboundFrame> frames = new ArrayDeque<>(0);
  private long bytes;
  private int replaced;

  /** What waits, in bytes, without what was replaced. */
  long bytes() {
    return bytes;
  }

  /** How many frames are kept, those that were replaced included. */
  int size() {
    return frames.size();
  }

  void add(OutboundFrame frame) {
    frames.add(frame);
    bytes += frame.weight();
  }

  /** One of its frames was replaced: it is passed over later, unless there are many such. */
  void replaced(OutboundFrame older) {
    bytes -= older.weight();
    if (++replaced > MAX_REPLACED && replaced > frames.size() / 2) {
      frames.removeIf(FrameLane::isReplaced);
      replaced = 0;
    }
  }

  private static boolean isReplaced(OutboundFrame frame) {
    return frame.lastValues() != null && frame.lastValues().isReplaced(frame);
  }

  /** Takes frames out until they have at least this size; how large they are. */
  int take(int size, List<OutboundFrame> batch) {
    int taken = 0;
    while (taken < size) {
      OutboundFrame frame = frames.poll();
      if (frame == null) {
        break;
      }
      LastValues values = frame.lastValues();
      if (values != null && values.isReplaced(frame)) {
        replaced--;
      } else {
        batch.add(values == null ? frame : values.leave(frame));
        taken += frame.weight();
      }
    }
    bytes -= taken;
    return taken;
  }

  /** Everything goes to the end of another lane. */
  void moveTo(FrameLane other) {
    other.frames.addAll(frames);
    other.bytes += bytes;
    other.replaced += replaced;
    clear();
  }

  void clear() {
    frames.clear();
    bytes = 0;
    replaced = 0;
  }
}
