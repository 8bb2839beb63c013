package dev.parley.message;

import dev.parley.platform.Ids;
import dev.parley.protocol.ChannelKey;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds and creates the rows of channels, each call in a transaction of its own. */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class LogHeadStore {
  @PersistenceContext(unitName = "parley")
  EntityManager em;

  @Inject Ids ids;

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
}
