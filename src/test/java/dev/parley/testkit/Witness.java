package dev.parley.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.HistoryChecker.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One subscriber of one channel over one WebSocket that must never break: tells the checker what
 * comes and knows when it came. Any thread.
 */
public final class Witness implements AutoCloseable {
  private final Map<String, Long> arrivals = new ConcurrentHashMap<>();
  private final Recorder<String> values = new Recorder<>();
  private final Subscription journal;
  private final String channel;
  private final WsClient socket;

  /** Connects and subscribes. */
  public Witness(Person person, String channel, String name, HistoryChecker checker) {
    this.channel = channel;
    this.journal = checker.subscriber(name);
    this.socket = person.ws().tap(this::heard).open();
    socket.awaitPush("connected");
    socket.command("subscribe", "channel", channel);
  }

  private void heard(JsonNode frame) {
    if (!frame.path("channel").asText().equals(channel)) {
      return;
    }
    switch (frame.path("type").asText()) {
      case "subscribed" -> journal.startedAt(Position.in(frame));
      case "message" -> {
        Receipt receipt = Receipt.of(frame);
        arrivals.putIfAbsent(receipt.value(), System.nanoTime());
        journal.received(receipt);
        values.record(receipt.value());
      }
      default -> {
        // Not about messages.
      }
    }
  }

  /** Waits for one value; what came before it does not count. */
  public void await(String value, Duration patience) {
    var unused = values.await(value, patience, value::equals);
  }

  /** Waits until everything up to the offset has come. */
  public void awaitOffset(long offset, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (journal.last() == null || journal.last().offset() < offset) {
      Duration left = Duration.ofNanos(deadline - System.nanoTime());
      var unused = values.await("offset " + offset + ", is at " + journal.last(), left, v -> true);
    }
  }

  /** Everything that came, in its order. */
  public List<String> values() {
    return journal.values();
  }

  /** How long each of these took from the moment to here, in order; those that came only. */
  public List<Duration> delays(Map<String, Long> sentAt) {
    List<Duration> delays = new ArrayList<>();
    sentAt.forEach(
        (value, sent) -> {
          Long arrived = arrivals.get(value);
          if (arrived != null) {
            delays.add(Duration.ofNanos(arrived - sent));
          }
        });
    return delays.stream().sorted().toList();
  }

  /** Fails when the connection has ended. */
  public void assertUnbroken() {
    socket.assertAlive();
  }

  @Override
  public void close() {
    socket.close();
  }
}
