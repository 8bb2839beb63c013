package dev.parley.notification;

import jakarta.persistence.EntityManager;

/**
 * How many notifications of a person are unread, and up to which numbers that counts.
 *
 * <p>The person's own are counted as they come and go. The tenant's are counted by their numbers,
 * which have no gaps, and by the marks where the person has decided otherwise: so it costs the same
 * however many there are.
 */
public record UnreadCount(long unread, UpTo upTo) {
  /** All that the count is made of, in one statement, which sees one state. */
  private static final String QUERY =
      "select i.unread, i.lastNumber, i.tenantRead, i.tenantCleared, t.firstNumber, t.lastNumber,"
          + " (select count(m) from TenantMark m where m.place.inboxId = i.id"
          + " and m.place.number > i.tenantRead and m.place.number > i.tenantCleared"
          + " and m.place.number >= t.firstNumber and (m.seen = true or m.removed = true)),"
          + " (select count(m) from TenantMark m where m.place.inboxId = i.id"
          + " and m.place.number <= i.tenantRead and m.place.number > i.tenantCleared"
          + " and m.place.number >= t.firstNumber and m.seen = false and m.removed = false)"
          + " from Inbox i, Inbox t where i.id = :inbox and t.id = :tenant";

  /** The count as the transaction sees it. */
  static UnreadCount of(EntityManager em, long inboxId, long tenantInbox) {
    Object[] row =
        em.createQuery(QUERY, Object[].class)
            .setParameter("inbox", inboxId)
            .setParameter("tenant", tenantInbox)
            .getSingleResult();
    long beginning = Math.max(number(row[2]), Math.max(number(row[3]), number(row[4]) - 1));
    long last = number(row[5]);
    long ofTenant = Math.max(0, last - beginning) - number(row[6]) + number(row[7]);
    return new UnreadCount(number(row[0]) + ofTenant, new UpTo(number(row[1]), last));
  }

  private static long number(Object value) {
    return ((Number) value).longValue();
  }
}
