package dev.parley.delivery;

import dev.parley.channel.Lane;
import dev.parley.protocol.ChannelName;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one connection: bounded in bytes, in lanes, with one write under way. What has
 * gathered during that write leaves as the next one. On the connection's dispatcher only.
 *
 * <p>Messages beyond the high-water mark are refused, which costs nothing: their subscriptions
 * catch up from the log when the queue has drained. Urgent messages have as much room again, and
 * replies are always taken, up to a hard limit beyond which the connection is beyond help.
 */
final class OutboundQueue {
  /** What a queue tells its connection. */
  interface Owner {
    /** The queue has drained to the low-water mark after it had refused something. */
    void drained();

    /** A write has failed, or the queue is full of what cannot be left out: close. */
    void broken(@Nullable Throwable failure);
  }

  /** How far replies may go beyond the high-water mark: a recovery's reply can be large. */
  private static final int HARD_LIMIT_FACTOR = 32;

  private final Dispatcher dispatcher;
  private final Transport transport;
  private final Owner owner;
  private final DeliverySettings settings;
  private final WaitingFrames frames;

  private volatile boolean writing;
  private volatile long writingSince;
  private boolean dirty;
  private boolean urgentRefused;
  private boolean refused;
  private boolean closed;

  OutboundQueue(
      Dispatcher dispatcher, Transport transport, Owner owner, DeliverySettings settings) {
    this.dispatcher = dispatcher;
    this.transport = transport;
    this.owner = owner;
    this.settings = settings;
    this.frames = new WaitingFrames(settings);
  }

  /**
   * Queues a message; false when the connection is too far behind to take it now. Messages of one
   * channel that conflates must be offered without a hole between two that are sent in turn.
   */
  boolean offer(StreamMessage message) {
    Lane lane = message.namespace().lane();
    if (closed || !frames.hasRoom(message)) {
      tellWhenLow(lane);
      return false;
    }
    long before = frames.bytes();
    frames.offer(message);
    added(before);
    return true;
  }

  /**
   * Queues messages of one channel as they are; false when they have to be offered one by one,
   * because something else waits.
   */
  boolean offerTogether(Batch messages) {
    if (closed || messages.weight() > settings.writeBatch || !frames.offerTogether(messages)) {
      return false;
    }
    added(0);
    return true;
  }

  /** The owner is told when messages of this lane may be offered again. */
  void tellWhenLow(Lane lane) {
    switch (lane) {
      case CONTROL, URGENT -> urgentRefused = true;
      case NORMAL, BACKGROUND -> refused = true;
    }
  }

  boolean isLow(Lane lane) {
    return frames.isLow(lane);
  }

  /**
   * Queues what may be left out, in turn with the messages of this lane; false when so much waits
   * that it would only come late.
   */
  boolean offer(OutboundFrame frame, Lane lane) {
    if (closed || !frames.isLow(lane)) {
      tellWhenLow(lane);
      return false;
    }
    long before = frames.bytes();
    frames.add(frame, lane);
    added(before);
    return true;
  }

  /** Queues what cannot be left out. */
  void send(OutboundFrame frame) {
    if (canSend()) {
      long before = frames.bytes();
      frames.add(frame);
      added(before);
    }
  }

  /** Queues a reply in turn with the messages of a channel, which are in this lane. */
  void sendInTurn(OutboundFrame frame, ChannelName channel, Lane lane) {
    if (canSend()) {
      long before = frames.bytes();
      frames.addInTurn(frame, channel, lane);
      added(before);
    }
  }

  /** Queues a reply behind all messages that wait, and before all that come. */
  void sendBehindAll(OutboundFrame frame) {
    if (canSend()) {
      long before = frames.bytes();
      frames.addBehindAll(frame);
      added(before);
    }
  }

  private boolean canSend() {
    if (!closed && frames.bytes() >= (long) settings.highWater * HARD_LIMIT_FACTOR) {
      closed = true;
      owner.broken(null);
    }
    return !closed;
  }

  private void added(long before) {
    dispatcher.meter().waiting(frames.bytes() - before);
    if (!writing) {
      dispatcher.flushLater(this);
    }
  }

  /** Notes that it is to be flushed; false when that was noted before. */
  boolean markDirty() {
    boolean first = !dirty;
    dirty = true;
    return first;
  }

  /**
   * Writes what waits, unless a write is under way: then its end comes back here. A loop and not a
   * recursion, because many writes end within the call.
   */
  void flush() {
    dirty = false;
    while (!writing && !closed) {
      Batch batch = nextBatch();
      if (batch.isEmpty()) {
        return;
      }
      writingSince = System.nanoTime();
      writing = true;
      Write write = new Write(batch);
      transport.write(batch.frames(), write);
      write.begun();
    }
  }

  /** One write under way. What is told within the call is dealt with when the call returns. */
  private final class Write implements Transport.Written {
    private final Batch batch;
    private boolean begun;
    private boolean doneWithin;
    private @Nullable Throwable failure;

    Write(Batch batch) {
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

  private Batch nextBatch() {
    long before = frames.bytes();
    Batch batch = frames.next(settings.writeBatch);
    dispatcher.meter().waiting(frames.bytes() - before);
    return batch;
  }

  private void written(Batch batch, @Nullable Throwable failure) {
    writing = false;
    if (closed) {
      return;
    }
    if (failure != null) {
      closed = true;
      owner.broken(failure);
      return;
    }
    dispatcher.meter().delivered(transport.kind(), batch);
    boolean urgentLow = urgentRefused && frames.isLow(Lane.URGENT);
    boolean low = refused && frames.isLow(Lane.NORMAL);
    if (urgentLow || low) {
      urgentRefused &= !urgentLow;
      refused &= !low;
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
    return frames.bytes() == 0 && !writing;
  }

  long bytes() {
    return frames.bytes();
  }

  void close() {
    closed = true;
    dispatcher.meter().waiting(-frames.bytes());
    frames.clear();
  }
}
