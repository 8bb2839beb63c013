package dev.parley.message;

import dev.parley.cluster.ClusterBus;
import dev.parley.cluster.Envelope;
import dev.parley.message.MessagePublished.Stored;
import dev.parley.protocol.JsonWriter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Tells the cluster what is in the log, after the commit and not before. */
@ApplicationScoped
class Announcer {
  @Inject ClusterBus bus;
  @Inject MeterRegistry registry;

  private final Map<String, Counter> published = new ConcurrentHashMap<>();

  void announce(@Observes(during = TransactionPhase.AFTER_SUCCESS) MessagePublished event) {
    for (Stored stored : event.messages()) {
      count(stored.channel().name().namespace());
      bus.announce(
          new Envelope(
              stored.channel(),
              stored.message().position(),
              stored.message().event().value(),
              stored.message().time().toEpochMilli(),
              JsonWriter.push(stored.message())));
    }
  }

  private void count(String namespace) {
    published
        .computeIfAbsent(namespace, key -> registry.counter("parley.published", "namespace", key))
        .increment();
  }
}
