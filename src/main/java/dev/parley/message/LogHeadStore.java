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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds and creates the rows of channels, each making in a transaction of its own. */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class LogHeadStore {
  /** Channels of one query. */
  private static final int MAX = 200;

  /**
   * One look into the index for each. With two lists of values H2 looks through all channels of the
   * tenant, so that each call of a long one would cost more than the last.
   */
  private static final String FIND =
      """
      select c.org, c.name, c.id
      from unnest(cast(:orgs as varchar(255) array), cast(:names as varchar(255) array))
        as t(org, name)
      join channel c on c.org = t.org and c.name = t.name
      """;

  /**
   * One statement for many rows, because the database gives the ids, and by entities that would be
   * a statement for each. In one order, so that two who make the same channels wait for each other
   * and do not deadlock. A new {@link LogHead} is the same row.
   */
  private static final String CREATE =
      """
      insert into channel (org, name, namespace, epoch, first_offset, last_offset, message_count,
        trimmed_count, last_message_offset)
      select t.org, t.name, t.namespace, t.epoch, 1, 0, 0, 0, 0
      from unnest(cast(:orgs as varchar(255) array), cast(:names as varchar(255) array),
        cast(:namespaces as varchar(64) array), cast(:epochs as varchar(32) array))
        as t(org, name, namespace, epoch)
      order by t.org, t.name
      """;

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
    LogHead head = new LogHead(channel, ids.random(LogHead.EPOCH_BYTES));
    em.persist(head);
    return head.id();
  }

  /** The ids of all of them; those that have none are made. At most {@link #MAX} at a time. */
  public Map<ChannelKey, Long> findOrCreate(List<ChannelKey> channels) {
    Map<ChannelKey, Long> found = new HashMap<>();
    for (int from = 0; from < channels.size(); from += MAX) {
      findOrCreate(channels.subList(from, Math.min(channels.size(), from + MAX)), found);
    }
    return found;
  }

  private void findOrCreate(List<ChannelKey> channels, Map<ChannelKey, Long> found) {
    find(channels, found);
    List<ChannelKey> missing =
        channels.stream().filter(channel -> !found.containsKey(channel)).distinct().toList();
    if (!missing.isEmpty()) {
      create(missing);
      find(missing, found);
    }
  }

  private void find(List<ChannelKey> channels, Map<ChannelKey, Long> found) {
    for (Object one :
        em.createNativeQuery(FIND)
            .setParameter("orgs", texts(channels, channel -> channel.org().value()))
            .setParameter("names", texts(channels, channel -> channel.name().value()))
            .getResultList()) {
      Object[] row = (Object[]) one;
      found.put(
          new ChannelKey(new OrgId((String) row[0]), new ChannelName((String) row[1])),
          ((Number) row[2]).longValue());
    }
  }

  private void create(List<ChannelKey> channels) {
    em.createNativeQuery(CREATE)
        .setParameter("orgs", texts(channels, channel -> channel.org().value()))
        .setParameter("names", texts(channels, channel -> channel.name().value()))
        .setParameter("namespaces", texts(channels, channel -> channel.name().namespace()))
        .setParameter("epochs", texts(channels, channel -> ids.random(LogHead.EPOCH_BYTES)))
        .executeUpdate();
  }

  private static String[] texts(List<ChannelKey> channels, Function<ChannelKey, String> text) {
    return channels.stream().map(text).toArray(String[]::new);
  }
}
