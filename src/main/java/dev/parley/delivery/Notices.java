package dev.parley.delivery;

import dev.parley.cluster.ClusterBus;
import dev.parley.cluster.Envelope;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How one node tells all others to look at the database now: about something that belongs to no
 * channel. A hint like every other: whoever listens also looks now and then by itself. Any thread;
 * never blocks.
 */
@ApplicationScoped
public class Notices {
  /** No event of a client begins with a space, so no client can forge one. */
  private static final String EVENT = " notice";

  private static final OrgId ORG = new OrgId("parley");
  private static final String NAMESPACE = "~";

  /** What a notice says that says nothing but: look at everything. */
  public static final String EVERYTHING = "{}";

  @Inject ClusterBus bus;

  /** As many as the code names. */
  private final Map<String, Consumer<String>> listeners = new HashMap<>();

  private boolean begun;

  /**
   * Hears this notice from now on.
   *
   * @param listener is given what the notice says, {@link #EVERYTHING} when some may have been
   *     lost; must not block
   */
  public synchronized void listen(String notice, Consumer<String> listener) {
    listeners.put(notice, listener);
    if (begun) {
      subscribe(notice);
    }
  }

  /** The bus has its listener, so it may be subscribed to. */
  synchronized void begin() {
    begun = true;
    listeners.keySet().forEach(this::subscribe);
  }

  private void subscribe(String notice) {
    CompletionStage<?> unused = bus.subscribe(key(notice));
  }

  /**
   * Tells every node, this one included.
   *
   * @param what says more, in at most a few hundred characters
   */
  public void tell(String notice, String what) {
    bus.announce(new Envelope(key(notice), null, EVENT, 0, what));
  }

  private static ChannelKey key(String notice) {
    return new ChannelKey(ORG, new ChannelName(NAMESPACE + ":" + notice));
  }

  /** Whether it was one; then its listener has been told. */
  boolean heard(Envelope envelope) {
    if (!envelope.event().equals(EVENT)) {
      return false;
    }
    Consumer<String> listener = listener(envelope.channel().name().local());
    if (listener != null) {
      listener.accept(envelope.body());
    }
    return true;
  }

  /** Some may have been lost. */
  void mayHaveMissed() {
    all().forEach(listener -> listener.accept(EVERYTHING));
  }

  private synchronized @Nullable Consumer<String> listener(String notice) {
    return listeners.get(notice);
  }

  private synchronized List<Consumer<String>> all() {
    return List.copyOf(listeners.values());
  }
}
