package dev.parley.message;

import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is under legal hold. Of a tenant, retention removes nothing; of a person, nothing of the
 * channels and the inbox that are the person's own. What is held cannot be erased, and what a held
 * person takes back or removes is kept beside. Blocks on the database.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class LegalHolds {
  /** Most persons of one answer; who holds more of them holds the tenant. */
  public static final int MAX = 1000;

  /** True of the log of {@code h} in a query when nothing holds it. */
  static final String NONE_OF_CHANNEL =
      " and not exists (select 1 from LegalHold l where l.subject.org = h.org"
          + " and (l.subject.userId = '' or h.name = concat(h.namespace, ':', l.channelPart)))";

  @PersistenceContext(unitName = "parley")
  EntityManager em;

  /** Holds a person, or the tenant when there is none. Again is no mistake. */
  public void hold(OrgId org, @Nullable UserId user) {
    if (em.find(LegalHold.class, new LegalHold.Subject(org, user)) == null) {
      em.persist(new LegalHold(org, user));
    }
  }

  /** Ends the hold, if there is one. */
  public void release(OrgId org, @Nullable UserId user) {
    LegalHold hold = em.find(LegalHold.class, new LegalHold.Subject(org, user));
    if (hold != null) {
      em.remove(hold);
    }
  }

  /** Whether the person is held, or the whole tenant. */
  public boolean isHeld(OrgId org, UserId user) {
    return em.find(LegalHold.class, new LegalHold.Subject(org, null)) != null
        || em.find(LegalHold.class, new LegalHold.Subject(org, user)) != null;
  }

  /** The ids of those who are held, at most {@link #MAX}; the empty one stands for the tenant. */
  public List<String> of(OrgId org) {
    return em.createQuery(
            "select l.subject.userId from LegalHold l where l.subject.org = :org"
                + " order by l.subject.userId",
            String.class)
        .setParameter("org", org.value())
        .setMaxResults(MAX)
        .getResultList();
  }
}
