package dev.parley.cluster;

import dev.parley.platform.BlockingCalls;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Which nodes hold connections of a user. It answers who is where (is this person online, which
 * nodes have to disconnect them); it does not route. Messages travel on channels to which the
 * holding nodes are subscribed on the {@link ClusterBus}, and would go nowhere else without it.
 *
 * <p>Guarantees: what this node holds is in the database one {@code parley.cluster.flush} later,
 * while the database answers; what a node that has died held counts for nothing once its lease is
 * over. Within these times an answer may be old, either way. A connection costs no write of its
 * own: what changes between two flushes is written together, and what changes back is not written.
 *
 * <p>Any thread, but {@link #flush} and {@link #rewrite} are for the registry's own.
 */
@ApplicationScoped
public class UserNodes {
  /** Rows of one transaction, so that it stays short. */
  private static final int BATCH = 1_000;

  /** Transactions of one flush, so that the node's own lease is never late for it. */
  private static final int BATCHES = 10;

  /**
   * Changes that may wait, beyond one for each user that is connected. More come together only
   * while the database is away; then everything is written again.
   */
  private static final int MAX_CHANGED = 100_000;

  /** What is in the database for a user when a write has failed: nobody knows. */
  private static final int UNKNOWN = -1;

  @Inject UserNodeStore store;
  @Inject BlockingCalls calls;

  /** Bounded by the connections of this node. */
  private final ConcurrentMap<UserKey, Integer> held = new ConcurrentHashMap<>();

  private final Set<UserKey> changed = ConcurrentHashMap.newKeySet();
  private volatile boolean rewrite;

  /** What is in the database; bounded as {@link #held} is. For the registry's thread. */
  private final Map<UserKey, Integer> written = new HashMap<>();

  /** This node holds one connection more of this user; how many that makes. */
  public int joined(OrgId org, UserId user) {
    UserKey key = new UserKey(org, user);
    int count = held.merge(key, 1, Integer::sum);
    note(key);
    return count;
  }

  /** How many connections of this user this node holds. */
  public int held(OrgId org, UserId user) {
    return held.getOrDefault(new UserKey(org, user), 0);
  }

  /** This node holds one connection less of this user. */
  public void left(OrgId org, UserId user) {
    UserKey key = new UserKey(org, user);
    held.computeIfPresent(key, (one, count) -> count == 1 ? null : count - 1);
    note(key);
  }

  private void note(UserKey key) {
    if (changed.size() < MAX_CHANGED + held.size()) {
      changed.add(key);
    } else {
      rewrite = true;
    }
  }

  /** The ids of the nodes that hold connections of this user; see {@link NodeRegistry#alive}. */
  public CompletableFuture<Set<String>> of(OrgId org, UserId user) {
    return calls.call(() -> store.of(new UserKey(org, user)));
  }

  /** How many connections of these tenants other nodes hold than this one; blocks. */
  Map<OrgId, Integer> elsewhere(String node, Set<OrgId> orgs) {
    return store.elsewhere(node, orgs);
  }

  /** Nothing that was written counts any more. */
  void rewrite() {
    rewrite = true;
  }

  /** Writes what has changed since the last time, under this registration; blocks. */
  void flush(String node) {
    if (rewrite) {
      store.clear(node);
      rewrite = false;
      written.clear();
      changed.clear();
      changed.addAll(held.keySet());
    }
    for (int i = 0; i < BATCHES && !changed.isEmpty(); i++) {
      flushSome(node);
    }
  }

  private void flushSome(String node) {
    SortedMap<UserKey, Integer> counts = new TreeMap<>();
    for (UserKey key : some()) {
      // First out of the set and then counted: what changes in between comes into it again.
      changed.remove(key);
      int count = held.getOrDefault(key, 0);
      if (count != written.getOrDefault(key, 0)) {
        counts.put(key, count);
      }
    }
    if (counts.isEmpty()) {
      return;
    }
    try {
      store.write(node, counts);
    } catch (RuntimeException e) {
      counts.keySet().forEach(key -> written.put(key, UNKNOWN));
      changed.addAll(counts.keySet());
      throw e;
    }
    counts.forEach(this::wrote);
  }

  private List<UserKey> some() {
    List<UserKey> keys = new ArrayList<>(BATCH);
    for (UserKey key : changed) {
      keys.add(key);
      if (keys.size() == BATCH) {
        break;
      }
    }
    return keys;
  }

  private void wrote(UserKey key, int count) {
    if (count == 0) {
      written.remove(key);
    } else {
      written.put(key, count);
    }
  }
}
