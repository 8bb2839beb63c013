package dev.parley.message;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.Marks.Reactions;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.ServerFrame.MessagePush;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages for people to look at: each in its present form, with its reactions. All calls
 * block on the database.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRED)
public class HistoryReader {
  /**
   * Entries that one page going back looks at. Changes are passed over there, and a channel of
   * nothing but reactions must not make a page cost more than others; the page is shorter then, and
   * says where to go on.
   */
  static final int WINDOW = 1_000;

  @PersistenceContext(unitName = "parley")
  EntityManager em;

  @Inject LogHeads heads;
  @Inject EntryContents contents;
  @Inject ReactionReader reactions;

  /**
   * A page, and behind which offset the next one goes on; null when nothing more is there. Public
   * for the reason given at {@link Outcome}.
   */
  public record Page(List<MessagePush> messages, @Nullable Long next) {
    public Page {
      messages = List.copyOf(messages);
    }
  }

  /** The newest messages before {@code offset}, newest first, without entries that are changes. */
  public Page before(ChannelKey channel, long offset, int limit, String me) {
    LogHead head = head(channel);
    long end = Math.min(offset, head.lastOffset() + 1);
    long start = Math.max(head.firstOffset(), end - WINDOW);
    List<StoredMessage> found =
        em.createQuery(
                "select m from StoredMessage m where m.place.channelId = :channel"
                    + " and m.place.offset >= :start and m.place.offset < :end"
                    + " and m.kind in :shown"
                    + " order by m.place.offset desc",
                StoredMessage.class)
            .setParameter("channel", head.id())
            .setParameter("shown", StoredMessage.SHOWN)
            .setParameter("start", start)
            .setParameter("end", end)
            .setMaxResults(limit + 1)
            .setHint("org.hibernate.readOnly", true)
            .getResultList();
    Long next = start > head.firstOffset() ? (Long) start : null;
    return page(channel, head, found, limit, next, me);
  }

  /** The oldest entries behind {@code offset}, oldest first, changes included. */
  public Page after(ChannelKey channel, long offset, int limit, String me) {
    LogHead head = head(channel);
    List<StoredMessage> found =
        em.createQuery(
                "select m from StoredMessage m where m.place.channelId = :channel"
                    + " and m.place.offset > :offset order by m.place.offset",
                StoredMessage.class)
            .setParameter("channel", head.id())
            .setParameter("offset", offset)
            .setMaxResults(limit + 1)
            .setHint("org.hibernate.readOnly", true)
            .getResultList();
    return page(channel, head, found, limit, null, me);
  }

  /**
   * One message.
   *
   * @throws CommandRejected with {@code not_found} when the channel has no such message (any more)
   */
  public MessagePush one(ChannelKey channel, MessageId id, String me) {
    LogHead head = head(channel);
    List<StoredMessage> found =
        em.createQuery(
                "select m from StoredMessage m where m.messageId = :id"
                    + " and m.place.channelId = :channel"
                    + " and m.kind in :shown",
                StoredMessage.class)
            .setParameter("shown", StoredMessage.SHOWN)
            .setParameter("id", id.value())
            .setParameter("channel", head.id())
            .setHint("org.hibernate.readOnly", true)
            .getResultList();
    if (found.isEmpty()) {
      throw CommandRejected.notFound("messageId: the channel has no such message");
    }
    return page(channel, head, found, 1, null, me).messages().get(0);
  }

  private Page page(
      ChannelKey channel,
      LogHead head,
      List<StoredMessage> found,
      int limit,
      @Nullable Long windowEnd,
      String me) {
    boolean more = found.size() > limit;
    List<StoredMessage> entries = more ? found.subList(0, limit) : found;
    Long next = more ? (Long) entries.get(limit - 1).offset() : windowEnd;
    return new Page(
        withReactions(head, entries, contents.pushes(channel.name(), head, entries), me), next);
  }

  private List<MessagePush> withReactions(
      LogHead head, List<StoredMessage> entries, List<MessagePush> pushes, String me) {
    List<Long> reactedTo =
        entries.stream().filter(StoredMessage::hasReactions).map(StoredMessage::offset).toList();
    if (reactedTo.isEmpty()) {
      return pushes;
    }
    Map<Long, Reactions> all = reactions.of(head.id(), reactedTo, me);
    List<MessagePush> result = new ArrayList<>(pushes.size());
    for (MessagePush push : pushes) {
      Reactions ofIt = all.get(push.position().offset());
      result.add(ofIt == null ? push : push.with(push.marks().with(ofIt)));
    }
    return result;
  }

  private LogHead head(ChannelKey channel) {
    return LogReader.head(em, heads, channel);
  }
}
