package dev.parley.message;

import dev.parley.channel.Namespace;
import dev.parley.channel.Namespaces;
import dev.parley.platform.Settings;
import dev.parley.protocol.ChannelName;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.HashSet;
import java.util.Set;

/** Which channels have receipts: {@code parley.channels.<namespace>.receipts}. Any thread. */
@ApplicationScoped
class ReceiptNamespaces {
  @Inject Settings settings;
  @Inject Namespaces namespaces;

  private final Set<String> with = new HashSet<>();

  @PostConstruct
  void read() {
    for (Namespace namespace : namespaces.all()) {
      String name = namespace.name();
      String prefix = "parley.channels." + name + ".";
      if (settings.flag(prefix + "receipts", false) && namespace.durable()) {
        with.add(name);
      }
    }
  }

  /**
   * Whether the server keeps and tells how far people have received and read this channel.
   *
   * @throws dev.parley.protocol.CommandRejected with {@code not_found} for an unknown namespace
   */
  boolean have(ChannelName channel) {
    return with.contains(namespaces.of(channel).name());
  }
}
