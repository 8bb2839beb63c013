package dev.parley.message;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.parley.cluster.ClusterBus;
import dev.parley.cluster.Envelope;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.IdempotencyKey;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.ServerFrame.EphemeralPush;
import dev.parley.protocol.ServerFrame.Published;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Passes on the messages of channels that store none: straight to the bus, without the log. They
 * reach whoever is connected at that moment, in the order in which one publisher's calls come, and
 * are gone then. Any thread; never blocks.
 *
 * <p>A key is remembered for a short time and by this node only: enough for a client that repeats a
 * publish whose answer it did not hear. There is nothing stored to compare with on another node.
 */
@ApplicationScoped
class EphemeralMessages {
  /** A client's repetition comes within seconds. */
  static final Duration KEY_RETENTION = Duration.ofMinutes(1);

  /** Keys of a node, at about 400 bytes each; beyond that the oldest are forgotten early. */
  private static final int MAX_KEYS = 20_000;

  @Inject ClusterBus bus;
  @Inject Clock clock;
  @Inject PublishMetrics metrics;

  private final Cache<Key, Sent> sent =
      Caffeine.newBuilder().maximumSize(MAX_KEYS).expireAfterWrite(KEY_RETENTION).build();

  private record Key(ChannelKey channel, String user, IdempotencyKey key) {}

  private record Sent(String bodyHash, Published answer) {}

  /**
   * Tells all who are connected.
   *
   * @return the answer: an id and a time, but no position
   * @throws CommandRejected with {@code conflict} when the key was used for other content
   */
  Published pass(Append append) {
    Instant time = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Published answer = new Published(append.channel().name(), append.id(), null, time, false);
    Sent before = remember(append, answer);
    if (before != null) {
      return repeated(append, before);
    }
    metrics.published(append.channel().name().namespace());
    bus.announce(
        new Envelope(
            append.channel(),
            null,
            append.publish().event().value(),
            time.toEpochMilli(),
            JsonWriter.push(push(append, time))));
    return answer;
  }

  private @Nullable Sent remember(Append append, Published answer) {
    IdempotencyKey key = append.publish().key();
    if (key == null) {
      return null;
    }
    return sent.asMap()
        .putIfAbsent(
            new Key(append.channel(), append.author().id(), key),
            new Sent(append.bodyHash(), answer));
  }

  private static Published repeated(Append append, Sent before) {
    if (!before.bodyHash.equals(append.bodyHash())) {
      throw new CommandRejected(ErrorCode.CONFLICT, "key: was used for another message just now");
    }
    Published first = before.answer;
    return new Published(first.channel(), first.messageId(), null, first.time(), true);
  }

  private static EphemeralPush push(Append append, Instant time) {
    return new EphemeralPush(
        append.channel().name(),
        append.id(),
        append.publish().event(),
        append.publish().data(),
        append.author(),
        time);
  }
}
