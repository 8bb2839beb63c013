package dev.parley.notification;

import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.TypedQuery;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a person's inbox: the person's own notifications and the tenant's, as one list. Blocks on
 * the database.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class ReadInbox {
  @PersistenceContext(unitName = "parley")
  EntityManager em;

  /**
   * A page, newest first. The inbox is locked meanwhile, so that the page, the count and the
   * numbers belong together: a change comes wholly before or wholly after.
   *
   * @param before the {@code next} of the page before
   */
  public InboxPage page(
      long inboxId, long tenantInbox, boolean unreadOnly, UpTo before, int limit) {
    Inbox.lock(em, List.of(inboxId));
    UnreadCount count = UnreadCount.of(em, inboxId, tenantInbox);
    UpTo bound = new UpTo(before.user(), Math.min(before.tenant(), count.upTo().tenant() + 1));
    List<StoredNotification> own = own(inboxId, unreadOnly, bound.user(), limit + 1);
    List<Object[]> tenants = tenants(inboxId, tenantInbox, unreadOnly, bound.tenant(), limit + 1);
    return merge(own, tenants, count, bound, limit);
  }

  /** How many are unread, and the newest numbers: one statement, and no lock. */
  public UnreadCount count(long inboxId, long tenantInbox) {
    return UnreadCount.of(em, inboxId, tenantInbox);
  }

  private List<StoredNotification> own(long inboxId, boolean unreadOnly, long before, int limit) {
    TypedQuery<StoredNotification> query =
        em.createQuery(
                "select n from StoredNotification n where n.place.inboxId = :inbox"
                    + " and n.place.number < :before"
                    + (unreadOnly ? " and n.seen = false" : "")
                    + " order by n.place.number desc",
                StoredNotification.class)
            .setParameter("inbox", inboxId)
            .setParameter("before", before);
    return query.setMaxResults(limit).getResultList();
  }

  /** The tenant's that the person has not removed, each with whether it is read. */
  private List<Object[]> tenants(
      long inboxId, long tenantInbox, boolean unreadOnly, long before, int limit) {
    String read =
        "coalesce(m.seen, case when n.place.number <= i.tenantRead then true else false end)";
    return em.createQuery(
            "select n, "
                + read
                + " from StoredNotification n join Inbox i on i.id = :inbox"
                + " left join TenantMark m on m.place.inboxId = i.id"
                + " and m.place.number = n.place.number"
                + " where n.place.inboxId = :tenant and n.place.number < :before"
                + " and n.place.number > i.tenantCleared"
                + " and coalesce(m.removed, false) = false"
                + (unreadOnly ? " and " + read + " = false" : "")
                + " order by n.place.number desc",
            Object[].class)
        .setParameter("inbox", inboxId)
        .setParameter("tenant", tenantInbox)
        .setParameter("before", before)
        .setMaxResults(limit)
        .getResultList();
  }

  /** Both are newest first; one of the tenant's is newer than all that came before it was there. */
  private static InboxPage merge(
      List<StoredNotification> own,
      List<Object[]> tenants,
      UnreadCount count,
      UpTo bound,
      int limit) {
    List<Notification> page = new ArrayList<>(limit);
    int o = 0;
    int t = 0;
    while (page.size() < limit && (o < own.size() || t < tenants.size())) {
      StoredNotification mine = o < own.size() ? own.get(o) : null;
      Object[] everybodys = t < tenants.size() ? tenants.get(t) : null;
      if (mine != null && (everybodys == null || isNewer(mine, everybodys))) {
        page.add(mine.as(Scope.USER, mine.seen()));
        o++;
      } else if (everybodys != null) {
        page.add(((StoredNotification) everybodys[0]).as(Scope.TENANT, (Boolean) everybodys[1]));
        t++;
      }
    }
    boolean more = o < own.size() || t < tenants.size();
    return new InboxPage(
        page, count.unread(), count.upTo(), more ? next(own, o, tenants, t, count, bound) : null);
  }

  private static boolean isNewer(StoredNotification mine, Object[] everybodys) {
    return mine.tenantNumber() >= ((StoredNotification) everybodys[0]).number();
  }

  private static UpTo next(
      List<StoredNotification> own,
      int o,
      List<Object[]> tenants,
      int t,
      UnreadCount count,
      UpTo bound) {
    UpTo fresh = bound.within(count.upTo().user() + 1, bound.tenant());
    return new UpTo(
        o == 0 ? fresh.user() : own.get(o - 1).number(),
        t == 0 ? fresh.tenant() : number(tenants.get(t - 1)));
  }

  private static long number(Object @Nullable [] everybodys) {
    return everybodys == null ? 0 : ((StoredNotification) everybodys[0]).number();
  }
}
