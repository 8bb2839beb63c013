package dev.parley.message;

import dev.parley.channel.Namespace;
import dev.parley.channel.Namespaces;
import dev.parley.platform.Settings;
import dev.parley.protocol.ChannelName;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** Which channels have receipts, and how they are written. Any thread. */
@ApplicationScoped
public class ReceiptSettings {
  @Inject Settings settings;
  @Inject Namespaces namespaces;

  private final Set<String> with = new HashSet<>();
  private Duration flush = Duration.ZERO;
  private Duration stepRetention = Duration.ZERO;

  @PostConstruct
  void read() {
    for (Namespace namespace : namespaces.all()) {
      String prefix = "parley.channels." + namespace.name() + ".";
      if (settings.flag(prefix + "receipts", false)) {
        with.add(namespace.name());
      }
    }
    // Nobody sees a fifth of a second, and a person who scrolls moves the watermark once in it.
    flush =
        settings.duration(
            "parley.receipts.flush",
            Duration.ofMillis(200),
            Duration.ofMillis(10),
            Duration.ofSeconds(10));
    // Who asks when somebody has read a message asks about a recent one.
    stepRetention = settings.duration("parley.receipts.time-retention", Duration.ofDays(90));
  }

  /** Whether the server keeps and tells how far people have received and read this channel. */
  public boolean has(ChannelName channel) {
    return with.contains(channel.namespace()) && namespaces.of(channel).durable();
  }

  /** How long watermarks that nobody waits for are gathered. */
  Duration flush() {
    return flush;
  }

  /** How long the server knows at what time something was received and read. */
  Duration timeRetention() {
    return stepRetention;
  }
}
