package dev.parley.delivery;

import dev.parley.channel.Lane;
import dev.parley.protocol.ChannelName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one connection, and in which order it leaves: control first, then urgent, then the
 * other messages. That order is strict, because an alarm that shares the line with what it is to
 * overtake is no alarm, and because both are little: replies are bounded by the commands under way,
 * and urgent messages have a bound of their own. Only between normal and background messages is it
 * not: background has an eighth of each write, so that a subscription there is answered and goes on
 * even when normal messages come without end.
 *
 * <p>Within a lane frames leave as they came; a channel's frames are all in one lane. On the
 * connection's dispatcher only.
 */
final class WaitingFrames {
  /** The share of background in a write while normal messages wait. */
  private static final int BACKGROUND_SHARE = 8;

  private final int highWater;
  private final int lowWater;
  private final FrameLane control = new FrameLane();
  private final FrameLane urgent = new FrameLane();
  private final FrameLane normal = new FrameLane();
  private final FrameLane background = new FrameLane();
  private @Nullable Map<ChannelName, LastValues> lastValues;

  /** Messages that wait as one batch; then nothing else waits. */
  private @Nullable Batch together;

  WaitingFrames(DeliverySettings settings) {
    highWater = settings.highWater;
    lowWater = settings.lowWater;
  }

  /** What waits, in bytes. */
  long bytes() {
    int inOne = together == null ? 0 : together.weight();
    return inOne + ahead() + normal.bytes() + background.bytes();
  }

  private long ahead() {
    return control.bytes() + urgent.bytes();
  }

  /**
   * Whether the message can wait, too, perhaps in the place of another. Urgent ones see only what
   * is as urgent: what they are to overtake must not keep them out. Background ones give way
   * earlier than the others.
   */
  boolean hasRoom(StreamMessage message) {
    separate();
    OutboundFrame older = olderThan(message);
    long freed = older == null ? 0 : older.weight();
    return switch (message.namespace().lane()) {
      case CONTROL, URGENT -> ahead() - freed < highWater;
      case NORMAL -> bytes() - freed < highWater;
      case BACKGROUND -> bytes() - freed <= lowWater;
    };
  }

  /** Whether so little waits that messages of this lane may be caught up. */
  boolean isLow(Lane lane) {
    separate();
    return switch (lane) {
      case CONTROL, URGENT -> ahead() <= lowWater;
      case NORMAL, BACKGROUND -> bytes() <= lowWater;
    };
  }

  private FrameLane lane(Lane lane) {
    return switch (lane) {
      case CONTROL -> control;
      case URGENT -> urgent;
      case NORMAL -> normal;
      case BACKGROUND -> background;
    };
  }

  /** Adds messages of one channel that does not conflate; false when something else waits. */
  boolean offerTogether(Batch messages) {
    if (bytes() > 0) {
      return false;
    }
    together = messages;
    return true;
  }

  /** Something else comes, or is asked about: the batch that waits becomes frames like others. */
  private void separate() {
    Batch waiting = together;
    if (waiting != null) {
      together = null;
      waiting.frames().forEach(this::add);
    }
  }

  void add(OutboundFrame frame) {
    add(frame, frame.lane());
  }

  void add(OutboundFrame frame, Lane lane) {
    separate();
    lane(lane).add(frame);
  }

  /** Adds a message; one that waits under its key is replaced by it. */
  void offer(StreamMessage message) {
    separate();
    FrameLane lane = lane(message.namespace().lane());
    if (!message.namespace().conflateBy().isActive()) {
      lane.add(OutboundFrame.of(message));
      return;
    }
    LastValues values = values(message);
    OutboundFrame older = values.waitingFor(message);
    OutboundFrame frame = OutboundFrame.among(values, message);
    values.add(frame);
    lane.add(frame);
    if (older != null) {
      lane.replaced(older);
    }
  }

  private LastValues values(StreamMessage message) {
    if (lastValues == null) {
      lastValues = new HashMap<>(2);
    }
    return lastValues.computeIfAbsent(
        message.channel(), channel -> new LastValues(message.offset() - 1));
  }

  private @Nullable OutboundFrame olderThan(StreamMessage message) {
    if (lastValues == null || message.key() == null) {
      return null;
    }
    LastValues values = lastValues.get(message.channel());
    return values == null ? null : values.waitingFor(message);
  }

  /**
   * Adds a reply that says where a channel's messages go on or end: it leaves in turn with them. If
   * it overtook those that wait, the client would take them for repetitions, or for messages of a
   * channel that it has left. None of those before it is replaced by one behind it.
   */
  void addInTurn(OutboundFrame frame, ChannelName channel, Lane lane) {
    separate();
    if (lastValues != null) {
      lastValues.remove(channel);
    }
    lane(lane).add(frame);
  }

  /**
   * Adds a reply that says where many channels go on: it leaves behind every message that waits,
   * and before every one that comes. What waits becomes urgent with it, since that lane goes before
   * the others in any case.
   */
  void addBehindAll(OutboundFrame frame) {
    separate();
    lastValues = null;
    normal.moveTo(urgent);
    background.moveTo(urgent);
    urgent.add(frame);
  }

  /** Takes out what leaves next, of about this size. */
  Batch next(int size) {
    Batch waiting = together;
    if (waiting != null) {
      together = null;
      return waiting;
    }
    return Batch.of(nextFrames(size));
  }

  private List<OutboundFrame> nextFrames(int size) {
    if (bytes() == 0) {
      return List.of();
    }
    List<OutboundFrame> batch = new ArrayList<>();
    int left = size;
    left -= control.take(left, batch);
    left -= urgent.take(left, batch);
    int share = background.bytes() > 0 ? left / BACKGROUND_SHARE : 0;
    left -= normal.take(left - share, batch);
    background.take(left, batch);
    return batch;
  }

  void clear() {
    together = null;
    for (Lane lane : Lane.values()) {
      lane(lane).clear();
    }
    lastValues = null;
  }
}
