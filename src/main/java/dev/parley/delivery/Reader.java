package dev.parley.delivery;

import dev.parley.protocol.ChannelKey;
import dev.parley.security.Caller;
import org.jspecify.annotations.Nullable;

/** A connection as features see it: whose it is, and a way to tell it what may be left out. */
public interface Reader {
  /** Whose it is; null before that is known. Any thread. */
  @Nullable Caller caller();

  /** What the client calls the device; null when it has not said. Any thread. */
  @Nullable String device();

  /** {@code websocket}, {@code sse} or {@code polling}. Any thread. */
  String transport();

  /** When its person last did something, by {@link System#nanoTime}. Any thread. */
  long activeAt();

  /** Runs the task where everything about this connection happens, later. Any thread. */
  void execute(Runnable task);

  /**
   * Queues a push in turn with the channel's messages, under the name by which the reader knows the
   * channel; false when so much waits that it would only come late. Who is not in the channel is
   * told nothing, which is no refusal. On the dispatcher.
   *
   * @param frame names the channel as its key does
   */
  boolean offer(ChannelKey channel, OutboundFrame frame);

  /** Runs the task once, when {@link #offer} has refused something and will no longer. */
  void whenDrained(Runnable task);
}
