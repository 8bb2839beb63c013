package dev.parley.message;

import dev.parley.platform.Ids;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.OrgId;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds and creates the rows of channels, each making in a transaction of its own. */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class LogHeadStore {
  /** Channels of one query. */
  private static final int MAX = 200;

  @PersistenceContext(unitName = "parley")
  EntityManager em;

  @Inject Ids ids;

  /** In the caller's transaction if there is one: that needs no second connection. */
  @TransactionAttribute(TransactionAttributeType.REQUIRED)
  public @Nullable Long find(ChannelKey channel) {
    List<Long> found =
        em.createQuery(
                "select h.id from LogHead h where h.org = :org and h.name = :name", Long.class)
            .setParameter("org", channel.org().value())
            .setParameter("name", channel.name().value())
            .getResultList();
    return found.isEmpty() ? null : found.get(0);
  }

  public long create(ChannelKey channel) {
    LogHead head = new LogHead(channel, ids.random(9));
    em.persist(head);
    return head.id();
  }

  /** The ids of all of them; those that have none are made. At most {@link #MAX} at a time. */
  public Map<ChannelKey, Long> findOrCreate(List<ChannelKey> channels) {
    Map<ChannelKey, Long> ids = new HashMap<>();
    for (int from = 0; from < channels.size(); from += MAX) {
      findOrCreate(channels.subList(from, Math.min(channels.size(), from + MAX)), ids);
    }
    return ids;
  }

  private void findOrCreate(List<ChannelKey> channels, Map<ChannelKey, Long> found) {
    em.createQuery(
            "select h.org, h.name, h.id from LogHead h where h.org in :orgs and h.name in :names",
            Object[].class)
        .setParameter("orgs", channels.stream().map(key -> key.org().value()).distinct().toList())
        .setParameter("names", channels.stream().map(key -> key.name().value()).distinct().toList())
        .getResultStream()
        .forEach(
            row ->
                found.put(
                    new ChannelKey(new OrgId((String) row[0]), new ChannelName((String) row[1])),
                    (Long) row[2]));
    for (ChannelKey channel : channels) {
      found.computeIfAbsent(channel, this::create);
    }
  }
}
