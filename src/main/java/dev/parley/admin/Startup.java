package dev.parley.admin;

import dev.parley.channel.Namespaces;
import dev.parley.cluster.ClusterSettings;
import dev.parley.cluster.RedisSettings;
import dev.parley.connection.ConnectionSettings;
import dev.parley.delivery.DeliverySettings;
import dev.parley.message.MessageSettings;
import dev.parley.message.PublishMessage;
import dev.parley.platform.Settings;
import dev.parley.platform.StartFailure;
import dev.parley.ratelimit.RateLimitSettings;
import dev.parley.security.SecurityCheck;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.TreeMap;

/**
 * The end of the start: every setting is read and validated now, not with the first message, and
 * the effective values are printed once.
 */
@Singleton
@jakarta.ejb.Startup
@DependsOn("Migrations")
public class Startup {
  private static final System.Logger LOG = System.getLogger(Startup.class.getName());

  @Inject Settings settings;
  @Inject SecurityCheck security;
  @Inject Namespaces namespaces;
  @Inject ClusterSettings cluster;
  @Inject MessageSettings messages;
  @Inject DeliverySettings delivery;
  @Inject ConnectionSettings connections;
  @Inject RedisSettings redis;
  @Inject PublishMessage publish;
  @Inject RateLimitSettings rates;

  private volatile boolean done;

  @PostConstruct
  void start() {
    try {
      security.atStart();
    } catch (RuntimeException e) {
      throw StartFailure.noted(e);
    }
    LOG.log(
        Level.INFO,
        "Namespaces: {0}",
        namespaces.all().stream().map(namespace -> namespace.name()).toList());
    new TreeMap<>(settings.effective())
        .forEach((key, value) -> LOG.log(Level.INFO, "{0} = {1}", key, value));
    done = true;
  }

  /** Whether the node has begun. */
  public boolean isDone() {
    return done;
  }
}
