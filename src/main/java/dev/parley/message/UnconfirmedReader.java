package dev.parley.message;

import dev.parley.channel.DirectPair;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.ServerFrame.MessagePush;
import dev.parley.protocol.UserId;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds what somebody is asked to confirm and has not. Blocks on the database. */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRED)
public class UnconfirmedReader {
  static final String MAPPING = "unconfirmed";

  /** Bytes of the content of one answer; the rest comes when these are confirmed. */
  static final int MAX_BYTES = 256 << 10;

  /** From the few requests to the channels and not the other way round. */
  private static final String QUERY =
      "select "
          + StoredMessage.COLUMNS
          + """
      , c.name as asked_name, c.epoch as asked_epoch,
        case when d.user_one = :me then d.user_other else d.user_one end as asked_peer
      from confirm_request q
        join channel c on c.id = q.channel_id and c.org = :org
        join message m on m.channel_id = q.channel_id and m.log_offset = q.log_offset
        left join direct_conversation d
          on d.channel_id = q.channel_id and (d.user_one = :me or d.user_other = :me)
        left join confirmation f on f.channel_id = q.channel_id
          and f.log_offset = q.log_offset and f.user_id = :me
      where f.user_id is null and q.user_id <> :me
        and (c.name in (:own) or d.channel_id is not null or exists (
          select 1 from room_member member join room on room.id = member.room
          where member.org = :org and member.user_id = :me
            and c.name = concat('room:', room.room_id) and member.joined_at <= m.created_at))
      order by m.created_at, m.channel_id, m.log_offset
      """;

  /** It is SQL because of the array: one statement, however many are asked for. */
  private static final String ASKING =
      """
      select asked.org from unnest(cast(:orgs as varchar array)) as asked(org)
      where exists (select 1 from confirm_request q join channel c on c.id = q.channel_id
          where c.org = asked.org)
      """;

  @PersistenceContext(unitName = "parley")
  EntityManager em;

  /** In which of these tenants anybody is asked to confirm anything. */
  public Set<OrgId> asking(Collection<OrgId> orgs) {
    List<?> found =
        em.createNativeQuery(ASKING, String.class)
            .setParameter("orgs", orgs.stream().map(OrgId::value).toArray(String[]::new))
            .getResultList();
    return found.stream().map(org -> new OrgId((String) org)).collect(Collectors.toSet());
  }

  /**
   * The oldest of these messages, in their present form: at most {@link #MAX_BYTES} of content, but
   * always one, so that there is an end.
   *
   * @param own the channels to which the server subscribes this person; not empty
   */
  public List<MessagePush> of(OrgId org, UserId me, List<ChannelName> own, int limit) {
    List<?> rows =
        em.createNativeQuery(QUERY, MAPPING)
            .setParameter("org", org.value())
            .setParameter("me", me.value())
            .setParameter("own", own.stream().map(ChannelName::value).toList())
            .setMaxResults(limit)
            .getResultList();
    List<MessagePush> pushes = rows.stream().map(row -> push(org, me, (Object[]) row)).toList();
    return fitting(pushes);
  }

  static List<MessagePush> fitting(List<MessagePush> pushes) {
    long bytes = 0;
    for (int i = 0; i < pushes.size(); i++) {
      bytes += pushes.get(i).data().value().getBytes(StandardCharsets.UTF_8).length;
      if (i > 0 && bytes > MAX_BYTES) {
        return pushes.subList(0, i);
      }
    }
    return pushes;
  }

  private static MessagePush push(OrgId org, UserId me, Object[] row) {
    ChannelName name =
        row[3] == null
            ? new ChannelName((String) row[1])
            : new DirectPair(org, me, new UserId((String) row[3])).seenBy(me);
    return ((StoredMessage) row[0]).toPush(name, (String) row[2]);
  }
}
