package dev.parley.message;

import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.List;

/**
 * The steps of retention. A channel is trimmed from its old end only, so what is left has no hole,
 * and its head's {@code first_offset} says where it begins.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class RetentionStore {
  /** Rows of one step, so that no lock is held for long. */
  static final int STEP = 1000;

  /** Tables that hold more about messages, and go with them. */
  private static final List<String> BESIDE_MESSAGES =
      List.of("reaction", "deletion", "confirm_request", "confirmation");

  private static final String OLD_RECEIPT_TIMES =
      """
      delete from receipt_step where (channel_id, user_id, kind, log_offset) in (
        select s.channel_id, s.user_id, s.kind, s.log_offset from receipt_step s
        where s.created_at < :end and not exists (
          select 1 from legal_hold l join channel h on h.org = l.org
          where h.id = s.channel_id and (l.user_id = '' or l.user_id = s.user_id
            or h.name = concat(h.namespace, ':', l.channel_part)))
        order by s.created_at fetch first :step rows only)
      """;

  @PersistenceContext(unitName = "parley")
  EntityManager em;

  @Inject HeldContent held;

  /** Channels of the namespace that hold more than {@code count} messages and that no law holds. */
  public List<Long> tooLong(String namespace, long count) {
    return em.createQuery(
            "select h.id from LogHead h where h.namespace = :namespace"
                + " and h.lastOffset - h.firstOffset >= :count"
                + LegalHolds.NONE_OF_CHANNEL
                + " order by h.id desc",
            Long.class)
        .setParameter("namespace", namespace)
        .setParameter("count", count)
        .setMaxResults(STEP)
        .getResultList();
  }

  /** The same of those whose oldest message is older than {@code oldest}. */
  public List<Long> tooOld(String namespace, Instant oldest) {
    return em.createQuery(
            "select h.id from LogHead h, StoredMessage m where h.namespace = :namespace"
                + " and m.place.channelId = h.id and m.place.offset = h.firstOffset"
                + " and m.createdAt < :oldest"
                + LegalHolds.NONE_OF_CHANNEL
                + " order by h.id desc",
            Long.class)
        .setParameter("namespace", namespace)
        .setParameter("oldest", oldest)
        .setMaxResults(STEP)
        .getResultList();
  }

  /** Removes the oldest messages beyond the newest {@code count}, at most {@link #STEP}. */
  public void trim(long channelId, long count) {
    LogHead head = lock(channelId);
    long keepFrom = head.lastOffset() - count + 1;
    removeBefore(head, Math.min(keepFrom, head.firstOffset() + STEP));
  }

  /** Removes the messages older than {@code oldest}, at most {@link #STEP}. */
  public void trim(long channelId, Instant oldest) {
    LogHead head = lock(channelId);
    Long keepFrom =
        em.createQuery(
                "select min(m.place.offset) from StoredMessage m"
                    + " where m.place.channelId = :channel and m.createdAt >= :oldest"
                    + " and m.place.offset < :end",
                Long.class)
            .setParameter("channel", channelId)
            .setParameter("oldest", oldest)
            .setParameter("end", head.firstOffset() + STEP)
            .getSingleResult();
    long end = Math.min(head.firstOffset() + STEP, head.lastOffset() + 1);
    removeBefore(head, keepFrom == null ? end : keepFrom);
  }

  private LogHead lock(long channelId) {
    return em.find(LogHead.class, channelId, LockModeType.PESSIMISTIC_WRITE);
  }

  private void removeBefore(LogHead head, long offset) {
    List<Long> count =
        em.createQuery(
                "select m.ordinal from StoredMessage m where m.place.channelId = :channel"
                    + " and m.place.offset = :last",
                Long.class)
            .setParameter("channel", head.id())
            .setParameter("last", offset - 1)
            .getResultList();
    em.createQuery(
            "delete from StoredMessage m where m.place.channelId = :channel"
                + " and m.place.offset < :offset")
        .setParameter("channel", head.id())
        .setParameter("offset", offset)
        .executeUpdate();
    for (String beside : BESIDE_MESSAGES) {
      em.createNativeQuery(
              "delete from " + beside + " where channel_id = :id and log_offset < :end")
          .setParameter("id", head.id())
          .setParameter("end", offset)
          .executeUpdate();
    }
    head.beginAt(offset, count.isEmpty() ? 0 : count.get(0));
  }

  /**
   * Removes what is known of the times of receipts before {@code end} and is not held, at most
   * {@link #STEP}; says whether that is all. One statement, so that two nodes may do it at once.
   */
  public boolean removeReceiptTimes(Instant end) {
    int removed =
        em.createNativeQuery(OLD_RECEIPT_TIMES)
            .setParameter("end", end)
            .setParameter("step", STEP)
            .executeUpdate();
    return removed < STEP;
  }

  /** Forgets what was kept for holds that have ended, at most {@link #STEP}; says how many. */
  public int forgetReleased() {
    return held.forgetReleased(STEP);
  }

  /** Removes idempotency keys made before {@code end}, at most {@link #STEP}; says how many. */
  public int removeKeys(Instant end) {
    List<String> keys =
        em.createQuery("select k.keyHash from KeyRecord k where k.createdAt < :end", String.class)
            .setParameter("end", end)
            .setMaxResults(STEP)
            .getResultList();
    if (!keys.isEmpty()) {
      em.createQuery("delete from KeyRecord k where k.keyHash in :keys")
          .setParameter("keys", keys)
          .executeUpdate();
    }
    return keys.size();
  }
}
