package dev.parley.message;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.parley.protocol.ChannelKey;
import jakarta.ejb.EJBException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.List;

/** Knows the row of each channel; a channel comes into being on its first use. Any thread. */
@ApplicationScoped
class LogHeads {
  /** Hot channels of a node, at about 150 bytes each; a miss costs one indexed query. */
  private static final int CACHED = 100_000;

  @Inject LogHeadStore store;

  private final Cache<ChannelKey, Long> ids = Caffeine.newBuilder().maximumSize(CACHED).build();

  /**
   * The row's id. May block on the database; many who want the same new channel wait for one of
   * them to make it.
   */
  long idOf(ChannelKey channel) {
    return ids.get(channel, this::findOrCreate);
  }

  /**
   * Makes the rows of those that have none, together, so that {@link #idOf} finds each at once. May
   * block on the database.
   */
  void prepare(Collection<ChannelKey> channels) {
    List<ChannelKey> unknown =
        channels.stream().filter(channel -> ids.getIfPresent(channel) == null).toList();
    if (unknown.isEmpty()) {
      return;
    }
    try {
      ids.putAll(store.findOrCreate(unknown));
    } catch (EJBException e) {
      // Somebody made one of them at the same time: one by one, which finds it.
      unknown.forEach(this::idOf);
    }
  }

  private long findOrCreate(ChannelKey channel) {
    Long found = store.find(channel);
    if (found != null) {
      return found;
    }
    try {
      return store.create(channel);
    } catch (EJBException e) {
      // Another node was first: its row is the channel's.
      Long other = store.find(channel);
      if (other != null) {
        return other;
      }
      throw e;
    }
  }
}
