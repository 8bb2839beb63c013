package dev.parley.message;

import dev.parley.cluster.ClusterBus;
import dev.parley.cluster.Envelope;
import dev.parley.message.MessagePublished.Stored;
import dev.parley.platform.Stage;
import dev.parley.platform.Stage.Part;
import dev.parley.protocol.JsonWriter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;

/** Tells the cluster what is in the log, after the commit and not before. */
@ApplicationScoped
class Announcer {
  @Inject ClusterBus bus;
  @Inject PublishMetrics metrics;

  void announce(@Observes(during = TransactionPhase.AFTER_SUCCESS) MessagePublished event) {
    Stage stage = Stage.start();
    for (Stored stored : event.messages()) {
      metrics.published(stored.channel().name().namespace());
      bus.announce(
          new Envelope(
              stored.channel(),
              stored.message().position(),
              stored.message().event().value(),
              stored.message().time().toEpochMilli(),
              JsonWriter.push(stored.message())));
    }
    stage.end(Part.ANNOUNCE, event.messages().size());
  }
}
