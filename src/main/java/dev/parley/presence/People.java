package dev.parley.presence;

import dev.parley.cluster.UserKey;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.PresentUser;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everybody who is connected anywhere: by this node's own connections, and by what the others say.
 * Bounded by the connections of all nodes. Any thread; never blocks for long.
 */
@ApplicationScoped
class People {
  @Inject Rooms rooms;

  private final ConcurrentMap<UserKey, Known> people = new ConcurrentHashMap<>();

  /** Whom this node speaks of. */
  private final Set<UserKey> here = ConcurrentHashMap.newKeySet();

  /** Of whom it has something new to say. */
  private final Set<UserKey> unsaid = ConcurrentHashMap.newKeySet();

  /** Changes what this node knows by its own connections. */
  void change(UserKey key, Consumer<Person> change) {
    update(
        key,
        known -> {
          change.accept(known.here());
          if (known.restate()) {
            unsaid.add(key);
          }
          if (known.said == null) {
            here.remove(key);
          } else {
            here.add(key);
          }
        });
  }

  /** The same, unless the person has no connection here. */
  void changeIfHere(UserKey key, Consumer<Person> change) {
    if (here.contains(key)) {
      change(key, change);
    }
  }

  /** Everybody who is here is looked at. */
  void changeAllHere(Consumer<Person> change) {
    here.forEach(key -> changeIfHere(key, change));
  }

  /** What another node says; null when the person is not there any more. */
  void said(UserKey key, String node, @Nullable Statement statement) {
    update(
        key,
        known -> {
          if (statement == null) {
            known.others.remove(node);
          } else {
            known.others.put(node, statement);
          }
        });
  }

  /**
   * Forgets what a node has said, but not of these people.
   *
   * @return who is nowhere now
   */
  List<UserKey> forget(String node, Set<UserKey> but) {
    List<UserKey> offline = new ArrayList<>();
    people.forEach(
        (key, known) -> {
          if (!but.contains(key)) {
            said(key, node, null);
            if (!people.containsKey(key)) {
              offline.add(key);
            }
          }
        });
    return offline;
  }

  private void update(UserKey key, Consumer<Known> update) {
    Set<ChannelKey> touched = new HashSet<>();
    people.compute(
        key,
        (same, known) -> {
          Known one = known == null ? new Known() : known;
          update.accept(one);
          Merged before = one.merged;
          one.merged = one.merge(key.user());
          if (before == null ? one.merged != null : !before.equals(one.merged)) {
            announce(key, before, one.merged, touched);
          }
          return one.merged == null ? null : one;
        });
    touched.forEach(rooms::flush);
  }

  private void announce(
      UserKey key, @Nullable Merged before, @Nullable Merged now, Set<ChannelKey> touched) {
    Set<ChannelName> were = before == null ? Set.of() : before.channels();
    Set<ChannelName> are = now == null ? Set.of() : now.channels();
    PresentUser user = now == null ? null : now.user();
    boolean changed = before == null || !before.user().equals(user);
    for (ChannelName channel : are) {
      if (changed || !were.contains(channel)) {
        set(key, channel, user, touched);
      }
    }
    for (ChannelName channel : were) {
      if (!are.contains(channel)) {
        set(key, channel, null, touched);
      }
    }
  }

  private void set(
      UserKey key, ChannelName name, @Nullable PresentUser user, Set<ChannelKey> touched) {
    ChannelKey channel = new ChannelKey(key.org(), name);
    rooms.set(channel, key.user(), user);
    touched.add(channel);
  }

  /** The person over all nodes; null when they are nowhere. */
  @Nullable Merged find(UserKey key) {
    Known known = people.get(key);
    return known == null ? null : known.merged;
  }

  /** What this node says of the person; null when they are not here. */
  @Nullable Statement statement(UserKey key) {
    Known known = people.get(key);
    return known == null ? null : known.said;
  }

  /** Takes out so many people of whom there is something new to say. For one thread. */
  List<UserKey> takeUnsaid(int limit) {
    List<UserKey> keys = new ArrayList<>();
    for (UserKey key : unsaid) {
      if (keys.size() == limit) {
        break;
      }
      keys.add(key);
    }
    // Out of the set before it is read: what changes in between comes into it again.
    keys.forEach(unsaid::remove);
    return keys;
  }

  /** They could not be told, or have to be told again. */
  void putBack(List<UserKey> keys) {
    unsaid.addAll(keys);
  }

  /** Everything has to be said again. */
  void sayAllAgain() {
    unsaid.addAll(here);
  }

  /** How many there are. */
  int count() {
    return people.size();
  }
}
