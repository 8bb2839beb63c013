package dev.parley.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Publishes numbered messages one after the other, each under its key until a node has said that it
 * is stored: when a connection ends or a node says {@code unavailable}, the same message goes to
 * the next node. This is what a client has to do that never wants to lose anything. One thread.
 */
public final class PersistentPublisher implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofMillis(200);

  private final List<Person> nodes;
  private final String channel;
  private final String name;
  private final HistoryChecker checker;
  private final Duration answer;
  private WsClient socket;
  private int current;
  private int sent;
  private final List<String> refusals = new CopyOnWriteArrayList<>();
  private final AtomicInteger moves = new AtomicInteger();
  private volatile Duration slowest = Duration.ZERO;

  /**
   * @param nodes the same person at each node
   */
  public PersistentPublisher(
      List<Person> nodes, String channel, String name, HistoryChecker checker) {
    this(nodes, channel, name, checker, ANSWER);
  }

  /**
   * @param answer who is not answered in this time turns to the next node
   */
  public PersistentPublisher(
      List<Person> nodes, String channel, String name, HistoryChecker checker, Duration answer) {
    this.answer = answer;
    this.nodes = List.copyOf(nodes);
    this.channel = channel;
    this.name = name;
    this.checker = checker;
  }

  /** Publishes the next message; returns when it is stored. */
  public void publishNext() {
    String value = name + "-" + sent++;
    checker.attempted(value);
    long start = System.nanoTime();
    long deadline = start + PATIENCE.toNanos();
    while (!publish(value)) {
      if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
        throw new AssertionError(value + " is not taken by any node");
      }
      move();
    }
    Duration taken = Duration.ofNanos(System.nanoTime() - start);
    if (taken.compareTo(slowest) > 0) {
      slowest = taken;
    }
  }

  /** The longest time from a first attempt to the answer that the message is stored. */
  public Duration slowest() {
    return slowest;
  }

  /** How often it has turned to the next node. */
  public int moves() {
    return moves.get();
  }

  /** The errors that were answered; all of them were such that another attempt had a chance. */
  public List<String> refusals() {
    return refusals;
  }

  /** How many messages were published. */
  public int count() {
    return sent;
  }

  private boolean publish(String value) {
    try {
      if (socket == null) {
        socket = nodes.get(current).ws().within(answer).open();
        socket.awaitPush("connected");
      }
      JsonNode reply =
          socket
              .commandAsync("publish", "channel", channel, "data", value, "key", value)
              .get(answer.toMillis(), TimeUnit.MILLISECONDS);
      return isStored(value, reply);
    } catch (ExecutionException | TimeoutException | Await.TransportFailure | AssertionError e) {
      // In doubt: it is sent again under its key.
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private boolean isStored(String value, JsonNode reply) {
    if (reply.path("type").asText().equals("published")) {
      checker.acknowledged(value, Position.in(reply), reply.get("messageId").asText());
      return true;
    }
    if (!reply.path("retryable").asBoolean()) {
      throw new IllegalStateException(value + " is refused for good: " + reply);
    }
    refusals.add(reply.path("code").asText() + ": " + reply.path("message").asText());
    return false;
  }

  private void move() {
    moves.incrementAndGet();
    close();
    // As a client does: who asks again at once keeps a node from starting.
    LockSupport.parkNanos(RETRY.toNanos());
    current = (current + 1) % nodes.size();
  }

  @Override
  public void close() {
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }
}
