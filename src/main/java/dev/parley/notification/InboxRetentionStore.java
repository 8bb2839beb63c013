package dev.parley.notification;

import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.List;

/**
 * The steps of retention, each a short transaction. An inbox is trimmed from its old end only, so
 * the numbers that a tenant's has left have no gap.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class InboxRetentionStore {
  /** Rows of one step, so that no lock is held for long. */
  static final int STEP = 1000;

  /** True of an inbox {@code i} in a query when it is not under legal hold. */
  private static final String NOT_HELD =
      " and not exists (select 1 from LegalHold l where l.subject.org = i.org"
          + " and (l.subject.userId = '' or l.subject.userId = i.userId))";

  @PersistenceContext(unitName = "parley")
  EntityManager em;

  /** Inboxes that may hold more than {@code count}; removed ones count as well. */
  public List<Long> tooLong(int count) {
    return em.createQuery(
            "select i.id from Inbox i where i.lastNumber - i.firstNumber >= :count" + NOT_HELD,
            Long.class)
        .setParameter("count", (long) count)
        .setMaxResults(STEP)
        .getResultList();
  }

  /** Inboxes that hold something older than {@code oldest}. */
  public List<Long> tooOld(Instant oldest) {
    return em.createQuery(
            "select distinct i.id from StoredNotification n join Inbox i on i.id = n.place.inboxId"
                + " where n.createdAt < :oldest"
                + NOT_HELD
                + " order by i.id desc",
            Long.class)
        .setParameter("oldest", oldest)
        .setMaxResults(STEP)
        .getResultList();
  }

  /** Removes what is beyond the newest {@code count} numbers, at most {@link #STEP} of them. */
  public void trim(long inboxId, int count) {
    for (Inbox inbox : Inbox.lock(em, List.of(inboxId)).values()) {
      long keepFrom = inbox.lastNumber() - count + 1;
      removeBefore(inbox, Math.min(keepFrom, inbox.firstNumber() + STEP));
    }
  }

  /** Removes what is older than {@code oldest}, at most {@link #STEP}, and all before it. */
  public void trim(long inboxId, Instant oldest) {
    for (Inbox inbox : Inbox.lock(em, List.of(inboxId)).values()) {
      List<Long> old =
          em.createQuery(
                  "select n.place.number from StoredNotification n where n.place.inboxId = :inbox"
                      + " and n.createdAt < :oldest order by n.place.number",
                  Long.class)
              .setParameter("inbox", inboxId)
              .setParameter("oldest", oldest)
              .setMaxResults(STEP)
              .getResultList();
      if (!old.isEmpty()) {
        removeBefore(inbox, old.get(old.size() - 1) + 1);
      }
    }
  }

  private void removeBefore(Inbox inbox, long number) {
    if (inbox.scope() == Scope.USER) {
      long unread =
          em.createQuery(
                  "select count(n) from StoredNotification n where n.place.inboxId = :inbox"
                      + " and n.place.number < :number and n.seen = false",
                  Long.class)
              .setParameter("inbox", inbox.id())
              .setParameter("number", number)
              .getSingleResult();
      inbox.changeUnread(-unread);
    }
    em.createQuery(
            "delete from StoredNotification n where n.place.inboxId = :inbox"
                + " and n.place.number < :number")
        .setParameter("inbox", inbox.id())
        .setParameter("number", number)
        .executeUpdate();
    inbox.beginAt(number);
  }
}
