package dev.parley.message;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;

/**
 * How many messages of a channel a person has not read: a difference of two numbers, whatever lies
 * between, less what the person has written and what was taken back since. One statement, so that
 * all of it is of the same moment. Inside a caller's transaction.
 */
@ApplicationScoped
public class UnreadCounts {
  /** For a channel {@code c}, its watermark {@code r} or none, and the person {@code :me}. */
  static final String SQL =
      """
      c.message_count - greatest(coalesce(r.read_ordinal, 0), c.trimmed_count)
        - (select count(*) from message own
           where own.user_id = :me and own.channel_id = c.id and own.kind = 0
             and own.log_offset > coalesce(r.read_offset, 0))
        - (select count(*) from deletion gone
           where gone.channel_id = c.id and gone.log_offset > coalesce(r.read_offset, 0)
             and gone.user_id <> :me)
      """;

  @PersistenceContext(unitName = "parley")
  EntityManager em;

  /** How many messages of their own are behind a person's watermark. */
  long own(long channelId, String user) {
    Number count =
        (Number)
            em.createNativeQuery(
                    "select count(*) from message own left join receipt r"
                        + " on r.channel_id = own.channel_id and r.user_id = :me"
                        + " where own.user_id = :me and own.channel_id = :channel and own.kind = 0"
                        + " and own.log_offset > coalesce(r.read_offset, 0)")
                .setParameter("me", user)
                .setParameter("channel", channelId)
                .getSingleResult();
    return count.longValue();
  }

  /**
   * How many messages a person has not read.
   *
   * @param asOf the last entry of the channel that is taken into account
   */
  public record Unread(long count, long asOf) {}

  Unread of(long channelId, String user) {
    Object[] row =
        (Object[])
            em.createNativeQuery(
                    "select "
                        + SQL
                        + ", c.last_offset from channel c left join receipt r"
                        + " on r.channel_id = c.id and r.user_id = :me where c.id = :channel")
                .setParameter("me", user)
                .setParameter("channel", channelId)
                .getSingleResult();
    return new Unread(((Number) row[0]).longValue(), ((Number) row[1]).longValue());
  }
}
