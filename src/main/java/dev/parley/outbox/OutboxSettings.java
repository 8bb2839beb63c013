package dev.parley.outbox;

import dev.parley.platform.Settings;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import dev.parley.security.Caller;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Where the outbox of the business application is, and for whom it speaks. */
@Dependent
public class OutboxSettings {
  /** {@code parley.outbox.data-source}: JNDI name of the application's data source. */
  public final Optional<String> dataSource;

  /** {@code parley.outbox.url}: its JDBC address, where Parley sees no data source of it. */
  public final Optional<String> url;

  /** {@code parley.outbox.user}. */
  public final String user;

  /** {@code parley.outbox.password}. */
  public final Optional<String> password;

  /**
   * {@code parley.outbox.poll}: how often the table is looked at when nobody says that there is
   * something, and so the longest delay of an application on another server.
   */
  public final Duration poll;

  /** {@code parley.outbox.batch}: most calls that are taken together. */
  public final int batch;

  private final OrgId org;
  private final UserId sender;

  @Inject
  OutboxSettings(Settings settings) {
    dataSource = settings.optional("parley.outbox.data-source");
    url = settings.optional("parley.outbox.url");
    user = settings.text("parley.outbox.user", "parley");
    password = settings.secret("parley.outbox.password");
    poll =
        settings.duration(
            "parley.outbox.poll",
            Duration.ofSeconds(1),
            Duration.ofMillis(100),
            Duration.ofMinutes(10));
    batch = settings.integer("parley.outbox.batch", 100, 1, 1000);
    org = new OrgId(settings.text("parley.outbox.org", "default"));
    sender = new UserId(settings.text("parley.outbox.sender", "outbox"));
  }

  /** Whether there is an outbox. */
  boolean isConfigured() {
    return dataSource.isPresent() || url.isPresent();
  }

  /** As whom the application publishes: its tenant and its name are the operator's to say. */
  Caller caller() {
    return new Caller(sender, sender.value(), org, Set.of(Caller.PUBLISHER), Instant.MAX, "");
  }
}
