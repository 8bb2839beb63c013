package dev.parley.notification;

import dev.parley.protocol.OrgId;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds and makes the rows of inboxes, each call in a transaction of its own. */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class InboxStore {
  /**
   * One statement for many rows, because the database gives the ids, and by entities that would be
   * a statement for each. In one order, so that two who make the same inboxes wait for each other
   * and do not deadlock.
   */
  private static final String CREATE =
      """
      insert into inbox (org, user_id, first_number, last_number, unread, tenant_read,
        tenant_cleared)
      select cast(:org as varchar(255)), t.user_id, 1, 0, 0, 0, 0
      from unnest(cast(:users as varchar(255) array)) as t(user_id)
      order by t.user_id
      """;

  @PersistenceContext(unitName = "parley")
  EntityManager em;

  /** The ids of those that there are, by user. */
  public Map<String, Long> find(OrgId org, Collection<String> users) {
    Map<String, Long> found = new HashMap<>();
    em.createQuery(
            "select i.userId, i.id from Inbox i where i.org = :org and i.userId in :users",
            Object[].class)
        .setParameter("org", org.value())
        .setParameter("users", users)
        .getResultStream()
        .forEach(row -> found.put((String) row[0], (Long) row[1]));
    return found;
  }

  /** Makes all of them, or none when somebody else has made one at the same time. */
  public Map<String, Long> create(OrgId org, List<String> users) {
    em.createNativeQuery(CREATE)
        .setParameter("org", org.value())
        .setParameter("users", users.stream().distinct().toArray(String[]::new))
        .executeUpdate();
    return find(org, users);
  }
}
