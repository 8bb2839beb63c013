package dev.parley.delivery;

import dev.parley.message.LogReader.Head;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.StreamPosition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A log in memory. A query is made when the one executor runs it and answered when the other does,
 * so a test decides when that is; pages are short, so that a long way needs many. Any thread.
 */
final class FakeLog extends LogSource {
  static final int PAGE = 20;

  private final Executor queries;
  private final Executor answers;
  private final Map<ChannelKey, Channel> channels = new LinkedHashMap<>();
  private volatile @Nullable RuntimeException failure;

  private static final class Channel {
    final long id;
    String epoch = Messages.EPOCH;
    long first = 1;
    final List<StreamMessage> messages = new ArrayList<>();

    Channel(long id) {
      this.id = id;
    }

    Head head() {
      return new Head(id, new StreamPosition(epoch, messages.size()));
    }
  }

  FakeLog(Executor queries, Executor answers) {
    this.queries = queries;
    this.answers = answers;
  }

  private Channel of(ChannelKey channel) {
    return channels.computeIfAbsent(channel, key -> new Channel(channels.size() + 1L));
  }

  /** Stores the next message. */
  synchronized StreamMessage append(ChannelKey channel) {
    Channel log = of(channel);
    long offset = log.messages.size() + 1L;
    StreamMessage message =
        Messages.message(channel, log.epoch, offset, channel.name() + " " + offset);
    log.messages.add(message);
    return message;
  }

  /** Forgets what is before the offset. */
  synchronized void trimBefore(ChannelKey channel, long offset) {
    of(channel).first = offset;
  }

  /** Begins anew in another epoch. */
  synchronized void replace(ChannelKey channel, String epoch) {
    Channel log = of(channel);
    log.epoch = epoch;
    log.first = 1;
    log.messages.clear();
  }

  /** From now on every read fails with this; with null, none does. */
  void fail(@Nullable RuntimeException with) {
    failure = with;
  }

  synchronized StreamPosition end(ChannelKey channel) {
    return of(channel).head().position();
  }

  /** Everything that was ever stored in this epoch. */
  synchronized List<StreamMessage> all(ChannelKey channel) {
    return List.copyOf(of(channel).messages);
  }

  synchronized List<StreamMessage> page(ChannelKey channel, long offset) {
    Channel log = of(channel);
    int from = (int) Math.min(log.messages.size(), Math.max(offset, log.first - 1));
    int to = Math.min(log.messages.size(), from + PAGE);
    return List.copyOf(log.messages.subList(from, to));
  }

  private <T> CompletableFuture<T> read(Supplier<T> read) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    queries.execute(
        () -> {
          RuntimeException now = failure;
          T result;
          synchronized (this) {
            result = now == null ? read.get() : null;
          }
          answers.execute(
              () -> {
                if (now == null) {
                  answer.complete(result);
                } else {
                  answer.completeExceptionally(now);
                }
              });
        });
    return answer;
  }

  @Override
  CompletableFuture<Head> head(ChannelKey channel) {
    return read(() -> of(channel).head());
  }

  @Override
  CompletableFuture<List<StreamMessage>> after(ChannelKey channel, long offset) {
    return read(() -> page(channel, offset));
  }

  @Override
  CompletableFuture<Map<Long, StreamPosition>> positions(Collection<Long> channelIds) {
    List<Long> ids = List.copyOf(channelIds);
    return read(
        () -> {
          Map<Long, StreamPosition> positions = new HashMap<>();
          for (Channel channel : channels.values()) {
            if (ids.contains(channel.id)) {
              positions.put(channel.id, channel.head().position());
            }
          }
          return positions;
        });
  }
}
