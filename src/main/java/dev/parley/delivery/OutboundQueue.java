package dev.parley.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one connection: bounded in bytes, in lanes, with one write under way. What has
 * gathered during that write leaves as the next one. On the connection's dispatcher only.
 *
 * <p>Messages beyond the high-water mark are refused, which costs nothing: their subscriptions
 * catch up from the log when the queue has drained. Replies are always taken, up to a hard limit
 * beyond which the connection is beyond help.
 */
final class OutboundQueue {
  /** What a queue tells its connection. */
  interface Owner {
    /** The queue has drained to the low-water mark after it had refused something. */
    void drained();

    /** A write has failed, or the queue is full of what cannot be left out: close. */
    void broken(@Nullable Throwable failure);

    /** So many bytes more wait (or fewer, when negative). */
    void waiting(long change);

    /** Frames were handed to the socket. */
    void written(List<OutboundFrame> frames);
  }

  /** How far replies may go beyond the high-water mark: a recovery's reply can be large. */
  private static final int HARD_LIMIT_FACTOR = 32;

  private final Dispatcher dispatcher;
  private final Transport transport;
  private final Owner owner;
  private final DeliverySettings settings;
  private final Map<Lane, ArrayDeque<OutboundFrame>> lanes = new EnumMap<>(Lane.class);

  private long bytes;
  private volatile boolean writing;
  private volatile long writingSince;
  private boolean refused;
  private boolean closed;

  OutboundQueue(
      Dispatcher dispatcher, Transport transport, Owner owner, DeliverySettings settings) {
    this.dispatcher = dispatcher;
    this.transport = transport;
    this.owner = owner;
    this.settings = settings;
    for (Lane lane : Lane.values()) {
      lanes.put(lane, new ArrayDeque<>(0));
    }
  }

  /** Queues a message; false when the connection is too far behind to take it now. */
  boolean offer(OutboundFrame frame) {
    if (closed || bytes >= settings.highWater) {
      refused = true;
      return false;
    }
    add(frame);
    return true;
  }

  /** Queues what cannot be left out. */
  void send(OutboundFrame frame) {
    if (closed) {
      return;
    }
    if (bytes >= (long) settings.highWater * HARD_LIMIT_FACTOR) {
      closed = true;
      owner.broken(null);
      return;
    }
    add(frame);
  }

  private void add(OutboundFrame frame) {
    lane(frame.lane()).add(frame);
    bytes += frame.weight();
    owner.waiting(frame.weight());
    if (!writing) {
      dispatcher.flushLater(this);
    }
  }

  private ArrayDeque<OutboundFrame> lane(Lane lane) {
    ArrayDeque<OutboundFrame> frames = lanes.get(lane);
    if (frames == null) {
      throw new IllegalStateException("every lane has its queue");
    }
    return frames;
  }

  /**
   * Writes what waits, unless a write is under way: then its end comes back here. A loop and not a
   * recursion, because many writes end within the call.
   */
  void flush() {
    while (!writing && !closed) {
      List<OutboundFrame> batch = nextBatch();
      if (batch.isEmpty()) {
        return;
      }
      writingSince = System.nanoTime();
      writing = true;
      Write write = new Write(batch);
      transport.write(batch, write);
      write.begun();
    }
  }

  /** One write under way. What is told within the call is dealt with when the call returns. */
  private final class Write implements Transport.Written {
    private final List<OutboundFrame> batch;
    private boolean begun;
    private boolean doneWithin;
    private @Nullable Throwable failure;

    Write(List<OutboundFrame> batch) {
      this.batch = batch;
    }

    @Override
    public void done(@Nullable Throwable why) {
      if (dispatcher.isCurrent() && !begun) {
        failure = why;
        doneWithin = true;
      } else {
        dispatcher.execute(
            () -> {
              written(batch, why);
              flush();
            });
      }
    }

    void begun() {
      begun = true;
      if (doneWithin) {
        written(batch, failure);
      }
    }
  }

  private List<OutboundFrame> nextBatch() {
    List<OutboundFrame> batch = new ArrayList<>();
    int size = 0;
    for (Lane lane : Lane.values()) {
      ArrayDeque<OutboundFrame> frames = lane(lane);
      while (size < settings.writeBatch) {
        OutboundFrame frame = frames.poll();
        if (frame == null) {
          break;
        }
        batch.add(frame);
        size += frame.weight();
      }
    }
    bytes -= size;
    owner.waiting(-size);
    return batch;
  }

  private void written(List<OutboundFrame> batch, @Nullable Throwable failure) {
    writing = false;
    if (closed) {
      return;
    }
    if (failure != null) {
      closed = true;
      owner.broken(failure);
      return;
    }
    owner.written(batch);
    if (refused && bytes <= settings.lowWater) {
      refused = false;
      owner.drained();
    }
  }

  /**
   * For how long the present write has been under way, in nanoseconds; 0 when none is. Any thread.
   */
  long stalledNanos() {
    long since = writingSince;
    return writing ? Math.max(1, System.nanoTime() - since) : 0;
  }

  /** Whether nothing waits and no write is under way. */
  boolean isFlushed() {
    return bytes == 0 && !writing;
  }

  long bytes() {
    return bytes;
  }

  void close() {
    closed = true;
    lanes.values().forEach(ArrayDeque::clear);
    owner.waiting(-bytes);
    bytes = 0;
  }
}
