package dev.parley.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Publishes numbered messages one after the other, each under its key until a node has said that it
 * is stored: when a connection ends or a node says {@code unavailable}, the same message goes to
 * the next node. This is what a client has to do that never wants to lose anything. One thread.
 */
public final class PersistentPublisher implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long ANSWER_S = 10;

  private final List<Person> nodes;
  private final String channel;
  private final String name;
  private final HistoryChecker checker;
  private WsClient socket;
  private int current;
  private int sent;

  /**
   * @param nodes the same person at each node
   */
  public PersistentPublisher(
      List<Person> nodes, String channel, String name, HistoryChecker checker) {
    this.nodes = List.copyOf(nodes);
    this.channel = channel;
    this.name = name;
    this.checker = checker;
  }

  /** Publishes the next message; returns when it is stored. */
  public void publishNext() {
    String value = name + "-" + sent++;
    checker.attempted(value);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!publish(value)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(value + " is not taken by any node");
      }
      move();
    }
  }

  /** How many messages were published. */
  public int count() {
    return sent;
  }

  private boolean publish(String value) {
    try {
      if (socket == null) {
        socket = nodes.get(current).connect();
      }
      JsonNode reply =
          socket
              .commandAsync("publish", "channel", channel, "data", value, "key", value)
              .get(ANSWER_S, TimeUnit.SECONDS);
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
    return false;
  }

  private void move() {
    close();
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
