package dev.parley.message;

import dev.parley.protocol.ChannelKey;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collection;

/** What a feature does with logs before it appends in a transaction of its own. Any thread. */
@ApplicationScoped
public class LogChannels {
  @Inject LogHeads heads;

  /**
   * Makes the logs of these channels, in transactions of their own; call it outside of yours,
   * because making one inside needs a second connection to the database. Blocks on the database.
   */
  public void prepare(Collection<ChannelKey> channels) {
    heads.prepare(channels);
  }
}
