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
    Map<String, Long> made = new HashMap<>();
    for (String user : users) {
      Inbox inbox = new Inbox(org, user);
      em.persist(inbox);
      made.put(user, inbox.id());
    }
    em.flush();
    return made;
  }
}
