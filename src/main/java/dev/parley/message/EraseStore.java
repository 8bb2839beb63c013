package dev.parley.message;

import dev.parley.platform.Ids;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.Command.Publish;
import dev.parley.protocol.EventName;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import dev.parley.protocol.UserRef;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import java.util.List;

/**
 * The steps of erasing a person from the logs. A message keeps its place, its id and its time, and
 * loses its content and its author; the push that tells clients so is appended in the same
 * transaction, so nothing is erased untold. The log is walked and not searched by author: it
 * happens rarely, and an index would cost every publish.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class EraseStore {
  /** Offsets of one step, so that no log is locked for long. */
  static final int STEP = 1000;

  /**
   * Messages lose everything that was said in them. Changes lose their author only: what they say
   * besides is which message was changed, and the content of an edit stands with that message. The
   * numbers are those of {@link EntryKind}.
   */
  private static final String EMPTY =
      """
      update message set user_id = '', user_name = null, mentions = null, confirm = null,
        event = case when kind in (1, 2, 3) then event else cast(:event as varchar(128)) end,
        data = case when kind in (1, 2, 3) then data else 'null' end
      where channel_id = :channel and log_offset >= :begin and log_offset < :end
        and event not in (:event, :told) and (kind not in (1, 2, 3) or user_id <> '')
      """;

  /** What is known of a person beside the messages of a channel. */
  private static final List<String> BESIDE =
      List.of(
          "delete from reaction where channel_id = :channel and user_id = :user",
          "delete from confirmation where channel_id = :channel and user_id = :user",
          "delete from confirm_request where channel_id = :channel and user_id = :user",
          "delete from receipt_step where channel_id = :channel and user_id = :user",
          "delete from held_content where channel_id = :channel and user_id = :user",
          "delete from receipt where channel_id = :channel and user_id = :user",
          // It stays, because it says that a message does not count as unread.
          "update deletion set user_id = '' where channel_id = :channel and user_id = :user");

  /** Stands for whoever has no name any more; its pushes have no {@code user}. */
  private static final UserRef NOBODY = new UserRef("", null);

  @PersistenceContext(unitName = "parley")
  EntityManager em;

  @Inject MessageLog log;
  @Inject Ids ids;

  /** Where the next step of a channel begins, 0 when there is none, and how many were erased. */
  public record Step(long next, int erased) {}

  /**
   * The tenant's logs with ids above this one, at most {@link #STEP}, in their order; without those
   * of persons under legal hold.
   */
  public List<Long> channels(OrgId org, long above) {
    return em.createQuery(
            "select h.id from LogHead h where h.org = :org and h.id > :above"
                + LegalHolds.NONE_OF_CHANNEL
                + " order by h.id",
            Long.class)
        .setParameter("org", org.value())
        .setParameter("above", above)
        .setMaxResults(STEP)
        .getResultList();
  }

  /**
   * Erases what the person has written between this offset and {@link #STEP} further on;
   * everything, in a channel that is the person's own. With the first step goes what else is known
   * of the person in the channel: reactions, confirmations, receipts.
   *
   * @param own names of channels
   */
  public Step erase(long channelId, long from, OrgId org, UserId user, List<ChannelName> own) {
    LogHead head = em.find(LogHead.class, channelId, LockModeType.PESSIMISTIC_WRITE);
    if (head == null) {
      return new Step(0, 0);
    }
    ChannelName name = head.channel();
    long begin = Math.max(from, head.firstOffset());
    long end = begin + STEP;
    if (begin == head.firstOffset()) {
      BESIDE.forEach(sql -> forget(sql, channelId, user));
    }
    boolean all = own.contains(name);
    // Native, because for JPA a stored message never changes.
    var update =
        em.createNativeQuery(all ? EMPTY : EMPTY + " and user_id = :user")
            .setParameter("event", MessageErasure.PLACEHOLDER.value())
            .setParameter("told", MessageErasure.EVENT.value())
            .setParameter("channel", channelId)
            .setParameter("begin", begin)
            .setParameter("end", end);
    if (!all) {
      update.setParameter("user", user.value());
    }
    int erased = update.executeUpdate();
    if (erased > 0) {
      tell(new ChannelKey(org, name), user);
    }
    return new Step(end <= head.lastOffset() ? end : 0, erased);
  }

  private void forget(String sql, long channelId, UserId user) {
    em.createNativeQuery(sql)
        .setParameter("channel", channelId)
        .setParameter("user", user.value())
        .executeUpdate();
  }

  private void tell(ChannelKey channel, UserId user) {
    EventName event = MessageErasure.EVENT;
    JsonText data =
        new JsonText(JsonWriter.object(json -> json.writeStringField("user", user.value())));
    Publish publish = new Publish(channel.name(), event, data, null, false);
    log.appendWithin(
        List.of(new Append(channel, NOBODY, publish, new MessageId(ids.timeOrdered()))));
  }
}
