package dev.parley.message;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts what is published. Any thread. */
@ApplicationScoped
class PublishMetrics {
  @Inject MeterRegistry registry;

  private final Map<String, Counter> published = new ConcurrentHashMap<>();

  void published(String namespace) {
    published
        .computeIfAbsent(namespace, key -> registry.counter("parley.published", "namespace", key))
        .increment();
  }
}
