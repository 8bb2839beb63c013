package dev.parley.presence;

import dev.parley.cluster.Envelope;
import dev.parley.delivery.OutboundFrame;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.ServerFrame.TypingPush;
import dev.parley.protocol.UserId;
import dev.parley.protocol.UserRef;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Who is typing as the readers of this node see it. An indicator that is not renewed vanishes by
 * itself, so that nobody types for ever whose node has died or whose last word was lost. Any
 * thread.
 */
@ApplicationScoped
class TypingIndicators {
  /**
   * How many people are shown in one channel: readers say "several people" long before, and each
   * costs a push to every reader.
   */
  static final int MAX_SHOWN = 20;

  /** Channels in which somebody types at once; more are not shown. */
  private static final int MAX_CHANNELS = 20_000;

  /** How much longer than the timeout an unrenewed indicator stays: the way over the bus. */
  private static final long SLACK = TimeUnit.MILLISECONDS.toNanos(300);

  @Inject Rooms rooms;
  @Inject PresenceSettings settings;

  LongSupplier nanos = System::nanoTime;

  private final ConcurrentMap<ChannelKey, Map<String, Shown>> shown = new ConcurrentHashMap<>();

  private record Shown(UserRef user, long until) {}

  /** Somebody has said something to some node. */
  void heard(Envelope envelope) {
    TypingSignal signal = TypingSignal.in(envelope);
    if (signal != null && (!shown.isEmpty() || signal.typing())) {
      boolean tell =
          signal.typing()
              ? show(envelope.channel(), signal.user())
              : hide(envelope.channel(), signal.user());
      if (tell) {
        push(envelope.channel(), signal.user(), signal.typing());
      }
    }
  }

  /** True when the readers have to be told; a renewal is told as well, for those who missed it. */
  private boolean show(ChannelKey channel, UserRef user) {
    if (!shown.containsKey(channel) && shown.size() >= MAX_CHANNELS) {
      return false;
    }
    long until = nanos.getAsLong() + settings.timeout.toNanos() + SLACK;
    Map<String, Shown> now =
        shown.compute(
            channel,
            (key, known) -> {
              Map<String, Shown> some = known == null ? new ConcurrentHashMap<>(4) : known;
              if (some.size() < MAX_SHOWN || some.containsKey(user.id())) {
                some.put(user.id(), new Shown(user, until));
              }
              return some;
            });
    return now.containsKey(user.id());
  }

  private boolean hide(ChannelKey channel, UserRef user) {
    boolean[] was = new boolean[1];
    shown.computeIfPresent(
        channel,
        (key, known) -> {
          was[0] = known.remove(user.id()) != null;
          return known.isEmpty() ? null : known;
        });
    return was[0];
  }

  /** Time goes on. */
  void tick() {
    long now = nanos.getAsLong();
    shown.forEach(
        (channel, known) ->
            known
                .values()
                .forEach(
                    one -> {
                      if (one.until - now <= 0 && hide(channel, one.user)) {
                        push(channel, one.user, false);
                      }
                    }));
  }

  private void push(ChannelKey channel, UserRef user, boolean typing) {
    String json = JsonWriter.push(new TypingPush(channel.name(), user, typing));
    rooms.tell(channel, OutboundFrame.control("typing", json), new UserId(user.id()));
  }
}
