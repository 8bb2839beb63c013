package dev.parley.message;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;

/**
 * Keeps what those who are under legal hold have written, before it is edited or taken back, until
 * the hold ends. Nobody sees that it is kept: the change is made as ever. Inside a caller's
 * transaction.
 */
@ApplicationScoped
class HeldContent {
  /**
   * True of the message {@code m} of the channel {@code c} when its author is held, or who the
   * channel belongs to, or the tenant.
   */
  private static final String IS_HELD =
      """
      exists (select 1 from legal_hold l where l.org = c.org
        and (l.user_id = '' or l.user_id = m.user_id
          or c.name = concat(c.namespace, ':', l.channel_part)))
      """;

  private static final String KEEP =
      """
      insert into held_content (channel_id, log_offset, change_offset, user_id, event, data)
      select m.channel_id, m.log_offset, cast(:change as bigint), m.user_id, m.event, m.data
      from message m join channel c on c.id = m.channel_id
      where m.channel_id = :channel and m.log_offset = :at and
      """
          + IS_HELD;

  private static final String RELEASED =
      """
      delete from held_content where (channel_id, log_offset, change_offset) in (
        select m.channel_id, m.log_offset, m.change_offset
        from held_content m join channel c on c.id = m.channel_id where not
      """
          + IS_HELD
          + " fetch first :step rows only)";

  @PersistenceContext(unitName = "parley")
  EntityManager em;

  /**
   * Keeps the message that is about to be changed by the entry at {@code change}, if it is held.
   */
  void keep(long channelId, long offset, long change) {
    em.createNativeQuery(KEEP)
        .setParameter("channel", channelId)
        .setParameter("at", offset)
        .setParameter("change", change)
        .executeUpdate();
  }

  /** Forgets what nobody holds any more, at most so many; says how many. */
  int forgetReleased(int step) {
    return em.createNativeQuery(RELEASED).setParameter("step", step).executeUpdate();
  }
}
