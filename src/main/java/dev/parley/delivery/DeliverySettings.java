package dev.parley.delivery;

import dev.parley.platform.Settings;
import dev.parley.security.Caller;
import dev.parley.security.Limits;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The settings of delivery. */
@Dependent
public class DeliverySettings {
  /**
   * {@code parley.delivery.dispatchers}: threads that fan out and write; default: one a processor,
   * at least two.
   */
  public final int dispatchers;

  /**
   * {@code parley.delivery.queue-high-water}: bytes that may wait for one connection before its
   * channels leave live mode and are caught up from the log later.
   */
  public final int highWater;

  /** {@code parley.delivery.queue-low-water}: bytes at which they are caught up. */
  public final int lowWater;

  /**
   * {@code parley.delivery.write-batch}: bytes of one write. Larger ones save nothing and make
   * others wait.
   */
  public final int writeBatch;

  /**
   * {@code parley.delivery.gather}: for how long at most the messages of a busy channel with many
   * members gather after each write to all of them; zero for not at all.
   */
  public final Duration gather;

  /**
   * {@code parley.delivery.recovery-limit}: most messages that one recovery replays; beyond that
   * the client pages through the history.
   */
  public final int recoveryLimit;

  /** {@code parley.delivery.channels-per-connection}: most subscriptions of one connection. */
  public final int channelsPerConnection;

  /** {@code parley.delivery.token-channels}: the most that a token may say instead. */
  private final int tokenChannels;

  /**
   * {@code parley.direct.per-connection}: direct conversations of one connection, which the server
   * joins by itself; beside its other channels. With all of these, so many fit into the positions
   * that it comes back with.
   */
  public final int directPerConnection;

  /**
   * {@code parley.delivery.position-check}: how often the position of every active channel is
   * compared with the log; the longest delay of a message whose announcement was lost.
   */
  public final Duration positionCheck;

  /**
   * {@code parley.delivery.position-check-bus-down}: the same while the bus is down, when nothing
   * else tells of other nodes' messages.
   */
  public final Duration positionCheckBusDown;

  /** {@code parley.delivery.tail-linger}: how long a channel stays open after its last reader. */
  public final Duration tailLinger;

  @Inject
  DeliverySettings(Settings settings) {
    int processors = Math.max(2, Runtime.getRuntime().availableProcessors());
    dispatchers = settings.integer("parley.delivery.dispatchers", processors, 1, 64);
    highWater = settings.integer("parley.delivery.queue-high-water", 1 << 20, 64 << 10, 256 << 20);
    lowWater = settings.integer("parley.delivery.queue-low-water", 512 << 10, 0, highWater);
    writeBatch = settings.integer("parley.delivery.write-batch", 64 << 10, 1 << 10, 1 << 20);
    gather = settings.duration("parley.delivery.gather", Duration.ofMillis(10));
    recoveryLimit = settings.integer("parley.delivery.recovery-limit", 300, 0, 10_000);
    channelsPerConnection =
        settings.integer("parley.delivery.channels-per-connection", 128, 1, 10_000);
    tokenChannels = settings.integer("parley.delivery.token-channels", 1024, 1, 10_000);
    directPerConnection = settings.integer("parley.direct.per-connection", 100, 1, 10_000);
    positionCheck = settings.duration("parley.delivery.position-check", Duration.ofSeconds(2));
    positionCheckBusDown =
        settings.duration("parley.delivery.position-check-bus-down", Duration.ofMillis(250));
    tailLinger = settings.duration("parley.delivery.tail-linger", Duration.ofSeconds(30));
  }

  /** How many channels a connection of this caller has at most, beside direct conversations. */
  public int channels(@Nullable Caller caller) {
    return caller == null
        ? channelsPerConnection
        : Limits.of(
            caller.limits().channels(),
            channelsPerConnection,
            Math.max(channelsPerConnection, tokenChannels));
  }
}
