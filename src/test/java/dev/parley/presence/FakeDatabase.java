package dev.parley.presence;

import dev.parley.cluster.UserKey;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The tables of presence in memory. A node's way to them can be cut. */
final class FakeDatabase {
  /** By node: registered nodes only. */
  private final TreeMap<String, Map<UserKey, PresenceStore.Row>> nodes = new TreeMap<>();

  final Map<UserKey, Instant> seen = new HashMap<>();

  /** Rows that were written. */
  int written;

  /** Queries and transactions. */
  int calls;

  void register(String node) {
    nodes.put(node, new HashMap<>());
  }

  /** The lease of the node is over, and somebody has removed it. */
  void remove(String node) {
    nodes.remove(node);
  }

  int rows(String node) {
    return nodes.get(node).size();
  }

  /** A node's way to the tables. */
  final class Store extends PresenceStore {
    boolean away;

    private void ask() {
      calls++;
      if (away) {
        throw new IllegalStateException("the database is away");
      }
    }

    @Override
    public List<String> alive() {
      ask();
      return List.copyOf(nodes.keySet());
    }

    @Override
    public void write(String node, List<Row> rows) {
      ask();
      Map<UserKey, Row> known = nodes.get(node);
      if (known == null) {
        throw new IllegalStateException("the node is not registered");
      }
      rows.forEach(row -> known.put(row.key(), row));
      written += rows.size();
    }

    @Override
    public List<Row> read(String node, long after, int limit) {
      ask();
      return nodes.getOrDefault(node, Map.of()).values().stream()
          .filter(row -> row.version() > after)
          .sorted(Comparator.comparingLong(Row::version))
          .limit(limit)
          .toList();
    }

    @Override
    public void purge(String node, long version) {
      ask();
      nodes.get(node).values().removeIf(row -> row.statement() == null && row.version() <= version);
    }
  }

  /** The other table. */
  final class Seen extends LastSeenStore {
    @Override
    public void write(SortedMap<UserKey, Instant> some) {
      seen.putAll(some);
    }

    @Override
    public Map<UserId, Instant> read(OrgId org, Collection<UserId> users) {
      Map<UserId, Instant> found = new HashMap<>();
      for (UserId user : users) {
        Instant at = seen.get(new UserKey(org, user));
        if (at != null) {
          found.put(user, at);
        }
      }
      return found;
    }

    @Override
    public int forget(Instant before) {
      return 0;
    }
  }
}
