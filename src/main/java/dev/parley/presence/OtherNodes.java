package dev.parley.presence;

import dev.parley.cluster.UserKey;
import dev.parley.presence.PresenceStore.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What the other nodes say, read from where this one stopped. A node whose lease is over goes on to
 * count for the grace: its people come back elsewhere in that time, and then nothing has happened
 * to them. For the one thread of {@link PresenceSync}; blocks.
 */
@ApplicationScoped
class OtherNodes {
  private static final System.Logger LOG = System.getLogger(OtherNodes.class.getName());

  /** Who has not read for so long reads everything anew: some of it may be kept no more. */
  static final long TOO_LATE = TimeUnit.SECONDS.toNanos(30);

  @Inject PresenceStore store;
  @Inject People people;
  @Inject LastSeen seen;
  @Inject PresenceSettings settings;

  /** At most as many as there are nodes. */
  private final Map<String, Other> others = new HashMap<>();

  /** How far another node was read. */
  private static final class Other {
    long version;
    long readAt;
    boolean gone;
    long goneAt;
  }

  /** Reads what is new, for the node with this id. */
  void read(String self, long now) {
    List<String> alive = store.alive();
    for (String node : alive) {
      if (!node.equals(self)) {
        read(node, others.computeIfAbsent(node, first -> new Other()), now);
      }
    }
    boolean first = alive.isEmpty() || alive.get(0).equals(self);
    for (Iterator<Map.Entry<String, Other>> i = others.entrySet().iterator(); i.hasNext(); ) {
      Map.Entry<String, Other> entry = i.next();
      if (!alive.contains(entry.getKey()) && isOver(entry.getValue(), now)) {
        forget(entry.getKey(), first);
        i.remove();
      }
    }
  }

  private void read(String node, Other other, long now) {
    boolean anew = other.version > 0 && now - other.readAt > TOO_LATE;
    Set<UserKey> all = new HashSet<>();
    if (anew) {
      other.version = 0;
    }
    List<Row> rows;
    do {
      rows = store.read(node, other.version, PresenceSync.BATCH);
      for (Row row : rows) {
        people.said(row.key(), node, row.statement());
        other.version = row.version();
        if (anew) {
          all.add(row.key());
        }
      }
    } while (rows.size() == PresenceSync.BATCH);
    if (anew) {
      people.forget(node, all);
    }
    other.readAt = now;
    other.gone = false;
  }

  private boolean isOver(Other other, long now) {
    if (!other.gone) {
      other.gone = true;
      other.goneAt = now;
    }
    return now - other.goneAt >= settings.grace.toNanos();
  }

  /** One of those that stay notes when its people were last seen. */
  private void forget(String node, boolean note) {
    List<UserKey> offline = people.forget(node, Set.of());
    LOG.log(Level.DEBUG, "The node {0} is gone, and {1} people with it", node, offline.size());
    if (note) {
      offline.forEach(seen::note);
    }
  }
}
