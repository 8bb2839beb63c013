package dev.parley.delivery;

import dev.parley.channel.Namespace;
import dev.parley.channel.Namespaces;
import dev.parley.message.LogReader;
import dev.parley.message.LogReader.Head;
import dev.parley.platform.BlockingCalls;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.StreamPosition;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Reads the log for delivery without blocking whoever asks. Any thread. */
@ApplicationScoped
class LogSource {
  /** Messages of one read; with the largest payloads this is 10 MB. */
  static final int PAGE = 100;

  @Inject LogReader reader;
  @Inject Namespaces namespaces;
  @Inject BlockingCalls calls;

  CompletableFuture<Head> head(ChannelKey channel) {
    return calls.call(() -> reader.head(channel));
  }

  CompletableFuture<List<StreamMessage>> after(ChannelKey channel, long offset) {
    Namespace namespace = namespaces.of(channel.name());
    return calls.call(
        () ->
            reader.after(channel, offset, PAGE).stream()
                .map(push -> StreamMessage.of(namespace, push))
                .toList());
  }

  CompletableFuture<Map<Long, StreamPosition>> positions(Collection<Long> channelIds) {
    return calls.call(() -> reader.positions(channelIds));
  }
}
