package dev.parley.connection;

import dev.parley.protocol.ErrorCode;
import dev.parley.security.CredentialRefused;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What connections count. Any thread. */
@ApplicationScoped
public class ConnectionMetrics {
  /** The kinds of transport, so that each has its series from the start. */
  static final List<String> KINDS = List.of("websocket", "sse", "polling");

  @Inject MeterRegistry registry;

  private final Map<String, AtomicInteger> connections = new ConcurrentHashMap<>();

  @PostConstruct
  void register() {
    KINDS.forEach(this::gauge);
  }

  private AtomicInteger gauge(String kind) {
    return connections.computeIfAbsent(
        kind,
        key ->
            registry.gauge("parley.connections", Tags.of("transport", key), new AtomicInteger()));
  }

  void opened(String kind) {
    gauge(kind).incrementAndGet();
  }

  void closed(String kind) {
    gauge(kind).decrementAndGet();
  }

  /** Counts an attempt to connect. */
  public void connect(String kind, String result) {
    registry.counter("parley.connects", "transport", kind, "result", result).increment();
  }

  /** Counts a client that comes back and says where it stood. */
  void reconnect() {
    registry.counter("parley.reconnects").increment();
  }

  /** Counts a client that was told to go to a node with fewer connections. */
  void shed() {
    registry.counter("parley.connections.shed").increment();
  }

  void refused(@Observes CredentialRefused refused) {
    authFailure(refused.code());
  }

  /** Counts a credential that was not accepted. */
  void authFailure(ErrorCode code) {
    registry.counter("parley.auth.failures", "reason", code.code()).increment();
  }

  /** Counts a command or request that was answered with an error. */
  public void error(ErrorCode code) {
    registry.counter("parley.errors", "code", code.code()).increment();
  }
}
