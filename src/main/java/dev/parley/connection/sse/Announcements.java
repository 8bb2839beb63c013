package dev.parley.connection.sse;

import dev.parley.protocol.JsonWriter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseBroadcaster;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells open streams of {@link Announcement}s, by the server's own broadcaster. A broadcaster
 * forgets an ended stream at its next broadcast only, so a stream is registered when there is
 * something to say and not before: streams that come and go leave nothing behind. Never blocks. Any
 * thread.
 */
@ApplicationScoped
class Announcements {
  /** Open streams that the broadcaster does not know; at most as many as connections. */
  private final Set<StreamWire> unregistered = ConcurrentHashMap.newKeySet();

  private @Nullable Sse sse;
  private @Nullable SseBroadcaster broadcaster;

  /**
   * A stream has begun.
   *
   * @param factory the server's, which it gives to requests only
   */
  void opened(StreamWire stream, Sse factory) {
    synchronized (this) {
      if (sse == null) {
        sse = factory;
      }
    }
    unregistered.add(stream);
  }

  void closed(StreamWire stream) {
    unregistered.remove(stream);
  }

  /**
   * @throws IllegalArgumentException from the broadcaster, when announcements come faster than it
   *     passes them on
   */
  synchronized void announce(@Observes Announcement announcement) {
    Sse factory = sse;
    if (factory == null) {
      // There has never been a stream.
      return;
    }
    SseBroadcaster all = broadcaster == null ? factory.newBroadcaster() : broadcaster;
    broadcaster = all;
    for (Iterator<StreamWire> streams = unregistered.iterator(); streams.hasNext(); ) {
      all.register(streams.next().sink());
      streams.remove();
    }
    all.broadcast(event(factory, announcement));
  }

  private static OutboundSseEvent event(Sse factory, Announcement announcement) {
    String json =
        JsonWriter.object(
            fields -> {
              fields.writeStringField("type", "announcement");
              fields.writeStringField("text", announcement.text());
            });
    return factory
        .newEventBuilder()
        .name("announcement")
        .mediaType(MediaType.APPLICATION_JSON_TYPE)
        .data(String.class, json)
        .build();
  }
}
