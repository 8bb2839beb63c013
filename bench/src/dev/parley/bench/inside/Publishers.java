package dev.parley.bench.inside;

import dev.parley.bench.measure.Latencies;
import dev.parley.message.PublishMessage;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.Command.Publish;
import dev.parley.protocol.EventName;
import dev.parley.protocol.IdempotencyKey;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import dev.parley.security.Caller;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Publishers without a transport: a thread each, which waits for one answer before it publishes
 * again. They all begin together and end at the deadline.
 */
final class Publishers {
  /** What one run has shown. */
  record Outcome(Latencies latencies, int failed, long nanos) {}

  private final PublishMessage publish;
  private final int count;
  private final int channels;
  private final JsonText data;
  private final boolean keys;

  Publishers(PublishMessage publish, int count, int channels, int payload, boolean keys) {
    this.publish = publish;
    this.count = count;
    this.channels = channels;
    this.data = new JsonText('"' + "x".repeat(Math.max(0, payload - 2)) + '"');
    this.keys = keys;
  }

  Outcome run(long millis) throws InterruptedException {
    AtomicInteger failed = new AtomicInteger();
    List<Latencies> each = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    long begin = System.nanoTime();
    long deadline = begin + millis * 1_000_000;
    for (int i = 0; i < count; i++) {
      Latencies own = new Latencies();
      int number = i;
      Thread thread =
          new Thread(() -> publish(number, deadline, own, failed), "bench-publisher-" + i);
      thread.setContextClassLoader(loader);
      each.add(own);
      threads.add(thread);
    }
    threads.forEach(Thread::start);
    Latencies all = new Latencies();
    for (int i = 0; i < count; i++) {
      threads.get(i).join();
      all.add(each.get(i));
    }
    return new Outcome(all, failed.get(), System.nanoTime() - begin);
  }

  private void publish(int number, long deadline, Latencies latencies, AtomicInteger failed) {
    Caller caller = caller(number);
    ChannelName channel = new ChannelName("room:bench-" + number % channels);
    while (System.nanoTime() < deadline) {
      IdempotencyKey key = keys ? new IdempotencyKey(UUID.randomUUID().toString()) : null;
      long before = System.nanoTime();
      try {
        publish
            .handle(caller, new Publish(channel, EventName.MESSAGE, data, key, false))
            .toCompletableFuture()
            .join();
      } catch (CompletionException e) {
        failed.incrementAndGet();
        continue;
      }
      latencies.record(System.nanoTime() - before);
    }
  }

  private static Caller caller(int number) {
    return new Caller(
        new UserId("bench-" + number),
        "Publisher " + number,
        new OrgId("default"),
        Set.of(),
        Instant.MAX,
        "");
  }
}
