package dev.parley.notification;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;

/**
 * Keeps what those who are under legal hold remove from their inboxes, until the hold ends. Nobody
 * sees that it is kept. Inside a caller's transaction, under the inbox's lock.
 */
@ApplicationScoped
class HeldNotifications {
  /** True of the inbox {@code i} when its owner is held, or the tenant. */
  private static final String IS_HELD =
      """
      exists (select 1 from legal_hold l where l.org = i.org
        and (l.user_id = '' or l.user_id = i.user_id))
      """;

  private static final String KEEP =
      """
      insert into held_notification (inbox_id, item_number, id, kind, data, sender_id, sender_name,
        created_at)
      select n.inbox_id, n.item_number, n.id, n.kind, n.data, n.sender_id, n.sender_name,
        n.created_at
      from notification n join inbox i on i.id = n.inbox_id
      where n.inbox_id = :inbox and n.item_number between :begin and :end and
      """
          + IS_HELD;

  private static final String RELEASED =
      """
      delete from held_notification where (inbox_id, item_number) in (
        select k.inbox_id, k.item_number
        from held_notification k join inbox i on i.id = k.inbox_id where not
      """
          + IS_HELD
          + " fetch first :step rows only)";

  @PersistenceContext(unitName = "parley")
  EntityManager em;

  /** Keeps those with these numbers, both included, that are about to be removed. */
  void keep(long inboxId, long begin, long end) {
    em.createNativeQuery(KEEP)
        .setParameter("inbox", inboxId)
        .setParameter("begin", begin)
        .setParameter("end", end)
        .executeUpdate();
  }

  /** Forgets what was kept of an inbox. */
  void forget(long inboxId) {
    em.createNativeQuery("delete from held_notification where inbox_id = :inbox")
        .setParameter("inbox", inboxId)
        .executeUpdate();
  }

  /** Forgets what nobody holds any more, at most so many; says how many. */
  int forgetReleased(int step) {
    return em.createNativeQuery(RELEASED).setParameter("step", step).executeUpdate();
  }
}
