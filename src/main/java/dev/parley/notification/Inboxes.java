package dev.parley.notification;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import jakarta.ejb.EJBException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Knows the row of each inbox; one comes into being on its first use. Call it outside of a
 * transaction, because making a row needs one of its own. Any thread; may block on the database.
 */
@ApplicationScoped
class Inboxes {
  /** Those that were used lately, at about 150 bytes each; a miss costs one indexed query. */
  private static final int CACHED = 100_000;

  @Inject InboxStore store;

  private final Cache<Owner, Long> ids = Caffeine.newBuilder().maximumSize(CACHED).build();

  private record Owner(OrgId org, String user) {}

  /** The id of a person's inbox. */
  long of(OrgId org, UserId user) {
    return of(org, List.of(user)).get(0);
  }

  /** The id of a tenant's inbox. */
  long ofTenant(OrgId org) {
    return find(org, List.of(Inbox.TENANT)).get(0);
  }

  /** The ids of many persons' inboxes, in their order; their number is the caller's bound. */
  List<Long> of(OrgId org, Collection<UserId> users) {
    return find(org, users.stream().map(UserId::value).toList());
  }

  private List<Long> find(OrgId org, List<String> users) {
    List<String> unknown =
        users.stream().filter(user -> ids.getIfPresent(new Owner(org, user)) == null).toList();
    Map<String, Long> found = unknown.isEmpty() ? Map.of() : findOrCreate(org, unknown);
    List<Long> all = new ArrayList<>(users.size());
    for (String user : users) {
      Long id = found.get(user);
      // The cache may have forgotten it since.
      all.add(id != null ? id : ids.get(new Owner(org, user), this::findOrCreate));
    }
    return all;
  }

  private long findOrCreate(Owner owner) {
    Long id = findOrCreate(owner.org, List.of(owner.user)).get(owner.user);
    if (id == null) {
      throw new IllegalStateException("the inbox's row has vanished");
    }
    return id;
  }

  private Map<String, Long> findOrCreate(OrgId org, List<String> users) {
    Map<String, Long> found = store.find(org, users);
    List<String> missing = users.stream().filter(user -> !found.containsKey(user)).toList();
    if (!missing.isEmpty()) {
      found.putAll(create(org, missing));
    }
    found.forEach((user, id) -> ids.put(new Owner(org, user), id));
    return found;
  }

  private Map<String, Long> create(OrgId org, List<String> missing) {
    try {
      return store.create(org, missing);
    } catch (EJBException e) {
      // Another call was first with one of them: its row is the user's. One by one now.
      Map<String, Long> found = store.find(org, missing);
      if (missing.size() == 1 && found.isEmpty()) {
        throw e;
      }
      for (String user : missing) {
        if (!found.containsKey(user)) {
          found.putAll(create(org, List.of(user)));
        }
      }
      return found;
    }
  }
}
