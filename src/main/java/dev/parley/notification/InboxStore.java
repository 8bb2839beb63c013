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
   * One look into the index for each. With a list of values H2 looks through all inboxes of the
   * tenant, so that each call of a long one would cost more than the last.
   */
  private static final String FIND =
      """
      select i.user_id, i.id from unnest(cast(:users as varchar(255) array)) as t(user_id)
      join inbox i on i.org = cast(:org as varchar(255)) and i.user_id = t.user_id
      """;

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
    for (Object one :
        em.createNativeQuery(FIND)
            .setParameter("org", org.value())
            .setParameter("users", users.toArray(String[]::new))
            .getResultList()) {
      Object[] row = (Object[]) one;
      found.put((String) row[0], ((Number) row[1]).longValue());
    }
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
