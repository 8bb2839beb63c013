package dev.parley.notification;

import dev.parley.protocol.OrgId;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

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
  static final String NOT_HELD =
      " and not exists (select 1 from LegalHold l where l.subject.org = i.org"
          + " and (l.subject.userId = '' or l.subject.userId = i.userId))";

  @PersistenceContext(unitName = "parley")
  EntityManager em;

  @Inject HeldNotifications held;

  /**
   * The tenants to which a rule applies: only these, or all but these. Public for the reason given
   * at {@link InboxPage}.
   */
  public record Tenants(boolean only, Set<String> orgs) {
    public Tenants {
      orgs = Set.copyOf(orgs);
    }

    static Tenants only(OrgId org) {
      return new Tenants(true, Set.of(org.value()));
    }

    static Tenants allBut(Set<OrgId> orgs) {
      return new Tenants(false, orgs.stream().map(OrgId::value).collect(Collectors.toSet()));
    }

    /** True of an inbox {@code i} in a query. */
    private String condition() {
      return only ? " and i.org in :orgs" : " and i.org not in :orgs";
    }

    /** For the parameter; no tenant has no name, and the list must not be empty. */
    private Set<String> parameter() {
      return orgs.isEmpty() ? Set.of("") : orgs;
    }
  }

  /** Forgets what was kept for holds that have ended, at most {@link #STEP}; says how many. */
  public int forgetReleased() {
    return held.forgetReleased(STEP);
  }

  /** Inboxes that may hold more than {@code count}; removed ones count as well. */
  public List<Long> tooLong(Tenants tenants, int count) {
    return em.createQuery(
            "select i.id from Inbox i where i.lastNumber - i.firstNumber >= :count"
                + tenants.condition()
                + NOT_HELD,
            Long.class)
        .setParameter("orgs", tenants.parameter())
        .setParameter("count", (long) count)
        .setMaxResults(STEP)
        .getResultList();
  }

  /** Inboxes that hold something older than {@code oldest}. */
  public List<Long> tooOld(Tenants tenants, Instant oldest) {
    return em.createQuery(
            "select distinct i.id from StoredNotification n join Inbox i on i.id = n.place.inboxId"
                + " where n.createdAt < :oldest"
                + tenants.condition()
                + NOT_HELD
                + " order by i.id desc",
            Long.class)
        .setParameter("orgs", tenants.parameter())
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
