package dev.parley.delivery;

import dev.parley.message.LogReader;
import dev.parley.message.LogReader.Head;
import dev.parley.platform.WorkerThreads;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.StreamPosition;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * Reads the log for delivery, off the dispatchers, on a bounded pool. A stage fails with {@code
 * unavailable} when the pool is full or the database out of reach.
 */
@ApplicationScoped
class LogSource {
  /** Messages of one read; with the largest payloads this is 10 MB. */
  static final int PAGE = 100;

  @Inject LogReader reader;
  @Inject WorkerThreads threads;

  private ExecutorService pool = java.util.concurrent.ForkJoinPool.commonPool();

  @PostConstruct
  void start() {
    // Reads are short; eight of them keep an embedded database and one disk busy.
    pool = threads.pool("log-read", 8, 20_000);
  }

  CompletableFuture<Head> head(ChannelKey channel) {
    return read(() -> reader.head(channel));
  }

  CompletableFuture<List<StreamMessage>> after(ChannelKey channel, long offset) {
    return read(() -> reader.after(channel, offset, PAGE).stream().map(StreamMessage::of).toList());
  }

  CompletableFuture<Map<Long, StreamPosition>> positions(Collection<Long> channelIds) {
    return read(() -> reader.positions(channelIds));
  }

  private <T> CompletableFuture<T> read(Supplier<T> work) {
    try {
      return CompletableFuture.supplyAsync(work, pool);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(
          CommandRejected.unavailable("too many reads are waiting", e));
    }
  }
}
