package dev.parley.message;

import dev.parley.channel.DirectPair;
import dev.parley.channel.Visibility;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.ServerFrame.MessagePush;
import dev.parley.protocol.StreamPosition;
import dev.parley.protocol.UserId;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads a person's conversations. One statement: first which of all they have were active last,
 * which looks at one row for each, then the last message and the unread count for those of the page
 * only. Blocks on the database.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRED)
public class ConversationReader {
  static final String MAPPING = "conversation";

  static final String QUERY =
      "select "
          + StoredMessage.COLUMNS
          + """
      , c.id as conversation_id, c.name as conversation_name, c.epoch as log_epoch,
        c.last_offset as log_end, c.last_message_at as active_at, p.title as room_title,
        p.visibility as room_visibility, p.archived as room_archived, p.peer_id as direct_peer,
        coalesce(r.delivered_offset, 0) as delivered_to, coalesce(r.read_offset, 0) as read_to,
        %s as unread_count
      from (
        select k.id, mine.title, mine.visibility, mine.archived, mine.peer_id
        from (
          select h.id as channel_id, room.title, room.visibility, room.archived,
            cast(null as varchar(255)) as peer_id
          from room_member member
            join room on room.id = member.room
            join channel h on h.org = room.org and h.name = concat('room:', room.room_id)
          where member.org = :org and member.user_id = :me
          union all
          select d.channel_id, cast(null as varchar(255)), cast(null as varchar(16)),
            cast(null as boolean), d.user_other
          from direct_conversation d
          where d.org = :org and d.user_one = :me
          union all
          select d.channel_id, cast(null as varchar(255)), cast(null as varchar(16)),
            cast(null as boolean), d.user_one
          from direct_conversation d
          where d.org = :org and d.user_other = :me and d.user_one <> d.user_other
        ) mine join channel k on k.id = mine.channel_id
        where k.last_message_at < :at or (k.last_message_at = :at and k.id < :id)
        order by k.last_message_at desc, k.id desc
        fetch first %d rows only
      ) p
        join channel c on c.id = p.id
        left join receipt r on r.channel_id = c.id and r.user_id = :me
        left join message m on m.channel_id = c.id and m.log_offset = c.last_message_offset
      order by c.last_message_at desc, c.id desc
      """;

  @PersistenceContext(unitName = "parley")
  EntityManager em;

  /** Where a page ends: the next one begins behind it. */
  public record Bound(Instant at, long id) {
    /** Before everything. */
    static final Bound START = new Bound(Instant.parse("9999-01-01T00:00:00Z"), Long.MAX_VALUE);
  }

  /**
   * One conversation. Public for the reason given at {@link Outcome}.
   *
   * @param title of a room; null for a direct conversation, as are the next two
   * @param peer of a direct conversation; null for a room
   * @param position the end of its log; the count of unread messages is of that moment
   * @param last the newest message; null when retention has removed it
   */
  public record Conversation(
      ChannelName channel,
      @Nullable String title,
      @Nullable String visibility,
      boolean archived,
      @Nullable UserId peer,
      StreamPosition position,
      @Nullable MessagePush last,
      long delivered,
      long read,
      long unread,
      Bound bound) {}

  /** The conversations that were active last before {@code bound}, at most {@code limit}. */
  public List<Conversation> of(OrgId org, UserId me, Bound bound, int limit) {
    List<?> rows =
        em.createNativeQuery(QUERY.formatted(UnreadCounts.SQL, limit), MAPPING)
            .setParameter("org", org.value())
            .setParameter("me", me.value())
            .setParameter("at", bound.at())
            .setParameter("id", bound.id())
            .getResultList();
    return rows.stream().map(row -> conversation(org, me, (Object[]) row)).toList();
  }

  private static Conversation conversation(OrgId org, UserId me, Object[] row) {
    StoredMessage last = (StoredMessage) row[0];
    UserId peer = row[9] == null ? null : new UserId((String) row[9]);
    ChannelName name =
        peer == null ? new ChannelName((String) row[2]) : new DirectPair(org, me, peer).seenBy(me);
    StreamPosition position = new StreamPosition((String) row[3], number(row[4]));
    return new Conversation(
        name,
        (String) row[6],
        row[7] == null ? null : Visibility.valueOf((String) row[7]).wire(),
        Boolean.TRUE.equals(row[8]),
        peer,
        position,
        last == null ? null : last.toPush(name, position.epoch()),
        number(row[10]),
        number(row[11]),
        number(row[12]),
        new Bound(Objects.requireNonNull(Times.of(row[5])), number(row[1])));
  }

  private static long number(Object value) {
    return ((Number) value).longValue();
  }
}
