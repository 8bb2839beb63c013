package dev.parley.message;

import dev.parley.channel.DirectPair;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads what was kept of messages for a legal hold. For operators: nobody else learns that it is
 * kept. Blocks on the database.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRED)
public class HeldMessages {
  /** The id as text, because the drivers have different types for it. */
  private static final String PAGE =
"""
select k.channel_id, k.log_offset, k.change_offset, c.name, k.user_id, k.event, k.data,
  cast(m.message_id as varchar(36)) as message_id, m.created_at, x.created_at as changed_at, d.user_one, d.user_other
from held_content k
  join channel c on c.id = k.channel_id
  left join message m on m.channel_id = k.channel_id and m.log_offset = k.log_offset
  left join message x on x.channel_id = k.channel_id and x.log_offset = k.change_offset
  left join direct_conversation d on d.channel_id = k.channel_id
where c.org = :org
  and (k.channel_id, k.log_offset, k.change_offset) > (:channel, :offset, :change)
  and (:user = '' or k.user_id = :user or c.name = concat(c.namespace, ':', :part))
order by k.channel_id, k.log_offset, k.change_offset
""";

  @PersistenceContext(unitName = "parley")
  EntityManager em;

  /** Where one stands among all; a page goes on behind it. */
  public record Place(long channel, long offset, long change) {}

  /**
   * What a message said before it was changed.
   *
   * @param channel as its author knows it
   * @param id null when the message itself is gone, as are the next two
   * @param time when it was written
   * @param changed when it was edited or taken back
   */
  public record Held(
      Place place,
      String channel,
      @Nullable UUID id,
      @Nullable Instant time,
      @Nullable Instant changed,
      String user,
      String event,
      JsonText data) {}

  /**
   * A page, in the order of the channels and their logs.
   *
   * @param user only what this person has written, or what is in a channel of theirs; null for all
   */
  public List<Held> page(OrgId org, @Nullable UserId user, Place after, int limit) {
    List<?> rows =
        em.createNativeQuery(PAGE)
            .setParameter("org", org.value())
            .setParameter("user", user == null ? "" : user.value())
            .setParameter("part", user == null ? "" : user.asChannelPart())
            .setParameter("channel", after.channel())
            .setParameter("offset", after.offset())
            .setParameter("change", after.change())
            .setMaxResults(limit)
            .getResultList();
    return rows.stream().map(row -> held(org, (Object[]) row)).toList();
  }

  private static Held held(OrgId org, Object[] row) {
    String author = (String) row[4];
    return new Held(
        new Place(number(row[0]), number(row[1]), number(row[2])),
        row[10] == null ? (String) row[3] : direct(org, row, author),
        row[7] == null ? null : UUID.fromString((String) row[7]),
        Times.of(row[8]),
        Times.of(row[9]),
        author,
        (String) row[5],
        new JsonText((String) row[6]));
  }

  private static String direct(OrgId org, Object[] row, String author) {
    DirectPair pair =
        new DirectPair(org, new UserId((String) row[10]), new UserId((String) row[11]));
    UserId self = author.isEmpty() ? pair.one() : new UserId(author);
    ChannelName name = pair.isNameableBy(self) ? pair.seenBy(self) : pair.key().name();
    return name.value();
  }

  private static long number(Object value) {
    return ((Number) value).longValue();
  }
}
