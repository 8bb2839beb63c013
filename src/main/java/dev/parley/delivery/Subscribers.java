package dev.parley.delivery;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;

/** Makes subscribers and pins each to its dispatcher. Any thread. */
@ApplicationScoped
public class Subscribers {
  @Inject Dispatchers dispatchers;
  @Inject ChannelTails tails;
  @Inject AccessGuard guard;
  @Inject LogSource log;
  @Inject DeliverySettings settings;
  @Inject DeliveryMetrics metrics;

  Audience audience = Audience.NONE;

  @Inject
  void find(Instance<Audience> features) {
    audience = Audience.of(features);
  }

  /** A subscriber without subscriptions, which writes to this transport. */
  public Subscriber create(Transport transport, Subscriber.Listener listener) {
    return new Subscriber(
        dispatchers.next(), tails, guard, log, audience, settings, metrics, transport, listener);
  }
}
