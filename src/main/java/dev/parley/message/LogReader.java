package dev.parley.message;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ServerFrame.MessagePush;
import dev.parley.protocol.StreamPosition;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the log. All calls block on the database; pages are bounded by the caller's limit. */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRED)
public class LogReader {
  @PersistenceContext(unitName = "parley")
  EntityManager em;

  @Inject LogHeads heads;
  @Inject EntryContents contents;

  /** The end of a channel's log and how to name the channel in cursors. */
  public record Head(long channelId, StreamPosition position) {}

  /** The channel's head; a channel that nobody has used comes into being. */
  public Head head(ChannelKey channel) {
    LogHead head = find(channel);
    return new Head(head.id(), head.position());
  }

  /** The ends of many channels, by id. */
  public Map<Long, StreamPosition> positions(Collection<Long> channelIds) {
    Map<Long, StreamPosition> positions = new HashMap<>();
    em.createQuery(
            "select h.id, h.epoch, h.lastOffset from LogHead h where h.id in :ids", Object[].class)
        .setParameter("ids", channelIds)
        .getResultStream()
        .forEach(
            row ->
                positions.put((Long) row[0], new StreamPosition((String) row[1], (Long) row[2])));
    return positions;
  }

  /** The oldest entries behind {@code offset}, oldest first, as they are delivered. */
  public List<MessagePush> after(ChannelKey channel, long offset, int limit) {
    LogHead head = find(channel);
    return contents.pushes(
        channel.name(),
        head,
        em.createQuery(
                "select m from StoredMessage m where m.place.channelId = :channel"
                    + " and m.place.offset > :offset order by m.place.offset",
                StoredMessage.class)
            .setParameter("channel", head.id())
            .setParameter("offset", offset)
            .setMaxResults(limit)
            .setHint("org.hibernate.readOnly", true)
            .getResultList());
  }

  /** Whether the database answers. */
  public boolean isReachable() {
    return em.createQuery("select count(h) from LogHead h where h.id = -1", Long.class)
            .getSingleResult()
        == 0;
  }

  private LogHead find(ChannelKey channel) {
    return head(em, heads, channel);
  }

  /** The row of the channel, which comes into being when nobody has used it. */
  static LogHead head(EntityManager em, LogHeads heads, ChannelKey channel) {
    LogHead head = em.find(LogHead.class, heads.idOf(channel));
    if (head == null) {
      throw new IllegalStateException("the channel's row has vanished");
    }
    return head;
  }
}
