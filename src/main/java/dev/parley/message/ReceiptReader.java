package dev.parley.message;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.OrgId;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads watermarks. All calls block on the database. */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRED)
public class ReceiptReader {
  /**
   * Everybody's watermarks, and when they came to {@code %s}: the first step that reaches it, which
   * is one look into the primary key of the steps.
   */
  private static final String QUERY =
      """
      select r.user_id, r.delivered_offset, r.read_offset,
        (select s.created_at from receipt_step s
         where s.channel_id = r.channel_id and s.user_id = r.user_id and s.kind = 0
           and s.log_offset >= %s order by s.log_offset fetch first 1 rows only) as delivered_at,
        (select s.created_at from receipt_step s
         where s.channel_id = r.channel_id and s.user_id = r.user_id and s.kind = 1
           and s.log_offset >= %s order by s.log_offset fetch first 1 rows only) as read_at
      from receipt r
      where r.channel_id = :channel and r.user_id > :after and r.user_id <> :author
      order by r.user_id
      """;

  private static final String OF_CHANNEL = QUERY.formatted("r.delivered_offset", "r.read_offset");

  private static final String OF_MESSAGE = QUERY.formatted(":offset", ":offset");

  /** Whose watermarks have moved lately: by the index over the times of all steps. */
  private static final String MOVED =
      """
      select distinct c.org, c.name, r.user_id, r.delivered_offset, r.read_offset
      from (select s.channel_id, s.user_id from receipt_step s where s.created_at >= :since
            order by s.created_at desc fetch first :steps rows only) lately
      join receipt r on r.channel_id = lately.channel_id and r.user_id = lately.user_id
      join channel c on c.id = r.channel_id
      """;

  @PersistenceContext(unitName = "parley")
  EntityManager em;

  @Inject LogHeads heads;
  @Inject ChangeStore messages;
  @Inject UnreadCounts unread;
  @Inject ReceiptSettings settings;
  @Inject Clock clock;

  /**
   * One person's, each with the time at which it came there, null when that is not known (any
   * more). Public for the reason given at {@link Outcome}.
   */
  public record Row(
      String user,
      long delivered,
      long read,
      @Nullable Instant deliveredAt,
      @Nullable Instant readAt) {}

  /**
   * A page of them, ordered by user; {@code offset} is that of the message, if one was asked for.
   */
  public record Page(@Nullable Long offset, List<Row> rows) {
    public Page {
      rows = List.copyOf(rows);
    }
  }

  /** The watermarks of all whose id comes after this one. */
  public Page of(ChannelKey channel, String after, int limit) {
    List<?> rows =
        em.createNativeQuery(OF_CHANNEL)
            .setParameter("channel", heads.idOf(channel))
            .setParameter("after", after)
            .setParameter("author", "")
            .setMaxResults(limit)
            .getResultList();
    return new Page(null, rows.stream().map(row -> row((Object[]) row, true)).toList());
  }

  /**
   * Who has received and read a message and when, without its author.
   *
   * @throws dev.parley.protocol.CommandRejected with {@code not_found}
   */
  public Page of(ChannelKey channel, MessageId id, String after, int limit) {
    long channelId = heads.idOf(channel);
    ChangeStore.Target message = messages.find(channelId, id, "messageId");
    // Steps that are older than this are being removed, and the next one would pass for them.
    boolean timed = message.createdAt().isAfter(clock.instant().minus(settings.timeRetention));
    List<?> rows =
        em.createNativeQuery(OF_MESSAGE)
            .setParameter("channel", channelId)
            .setParameter("after", after)
            .setParameter("author", message.author())
            .setParameter("offset", message.offset())
            .setMaxResults(limit)
            .getResultList();
    List<Row> receipts = new ArrayList<>();
    rows.forEach(row -> receipts.add(row((Object[]) row, timed)));
    return new Page(message.offset(), receipts);
  }

  /** Where somebody stands who has come further lately. */
  public record Moved(ChannelKey channel, String user, long delivered, long read) {}

  /**
   * Who has come further since then.
   *
   * @param steps most steps that are looked at, the latest
   */
  public List<Moved> movedSince(Instant since, int steps) {
    List<Moved> moved = new ArrayList<>();
    for (Object found :
        em.createNativeQuery(MOVED)
            .setParameter("since", since)
            .setParameter("steps", steps)
            .getResultList()) {
      Object[] row = (Object[]) found;
      moved.add(
          new Moved(
              new ChannelKey(new OrgId((String) row[0]), new ChannelName((String) row[1])),
              (String) row[2],
              ((Number) row[3]).longValue(),
              ((Number) row[4]).longValue()));
    }
    return moved;
  }

  /** How many messages of the channel the person has not read. */
  public UnreadCounts.Unread unread(ChannelKey channel, String user) {
    return unread.of(heads.idOf(channel), user);
  }

  /** How many messages of their own are behind a person's watermark. */
  public long ownBehind(ChannelKey channel, String user) {
    return unread.own(heads.idOf(channel), user);
  }

  private static Row row(Object[] row, boolean timed) {
    return new Row(
        (String) row[0],
        ((Number) row[1]).longValue(),
        ((Number) row[2]).longValue(),
        timed ? Times.of(row[3]) : null,
        timed ? Times.of(row[4]) : null);
  }
}
