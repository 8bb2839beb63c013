package dev.parley.message;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.UserRef;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keeps who has confirmed what they were asked to. All calls block on the database. */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRED)
public class ConfirmationStore {
  /**
   * Who is asked, as far as that is known (the members of a room who had joined before, the two of
   * a direct conversation), and who has confirmed, whether known before or not.
   */
  private static final String ASKED =
      """
      select u.user_id, f.created_at
      from (
        select member.user_id from room_member member join room on room.id = member.room
        where room.org = :org and concat('room:', room.room_id) = :name
          and member.joined_at <= :at
        union
        select d.user_one from direct_conversation d where d.channel_id = :channel
        union
        select d.user_other from direct_conversation d where d.channel_id = :channel
        union
        select c.user_id from confirmation c
        where c.channel_id = :channel and c.log_offset = :offset
      ) u left join confirmation f
        on f.channel_id = :channel and f.log_offset = :offset and f.user_id = u.user_id
      where u.user_id <> :author and u.user_id > :after
      order by u.user_id
      """;

  @PersistenceContext(unitName = "parley")
  EntityManager em;

  @Inject LogHeads heads;
  @Inject ChangeStore messages;
  @Inject Clock clock;

  /**
   * When somebody confirmed. Public for the reason given at {@link Outcome}.
   *
   * @param author of the message
   * @param duplicate whether they had done so before
   */
  public record Confirmed(String author, Instant time, boolean duplicate) {}

  /** Somebody who is asked; {@code time} is null until they confirm. */
  public record Asked(String user, @Nullable Instant time) {}

  /**
   * Notes that this person has confirmed the message; once more changes nothing. When two devices
   * of a person do it at the same moment, one of the calls fails and will find it done.
   *
   * @throws CommandRejected with {@code not_found}, {@code conflict} when the message asks for
   *     nothing or was taken back
   */
  public Confirmed confirm(ChannelKey channel, MessageId id, UserRef user) {
    long channelId = heads.idOf(channel);
    ChangeStore.Target message = request(channelId, id);
    List<?> known =
        em.createNativeQuery(
                "select created_at from confirmation where channel_id = :channel"
                    + " and log_offset = :offset and user_id = :user")
            .setParameter("channel", channelId)
            .setParameter("offset", message.offset())
            .setParameter("user", user.id())
            .getResultList();
    if (!known.isEmpty()) {
      return new Confirmed(message.author(), Objects.requireNonNull(Times.of(known.get(0))), true);
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    em.createNativeQuery(
            "insert into confirmation (channel_id, log_offset, user_id, created_at)"
                + " values (:channel, :offset, :user, :time)")
        .setParameter("channel", channelId)
        .setParameter("offset", message.offset())
        .setParameter("user", user.id())
        .setParameter("time", now)
        .executeUpdate();
    return new Confirmed(message.author(), now, false);
  }

  private ChangeStore.Target request(long channelId, MessageId id) {
    ChangeStore.Target message = messages.find(channelId, id, "messageId");
    Number asks =
        (Number)
            em.createNativeQuery(
                    "select count(*) from confirm_request where channel_id = :channel"
                        + " and log_offset = :offset")
                .setParameter("channel", channelId)
                .setParameter("offset", message.offset())
                .getSingleResult();
    if (asks.intValue() == 0) {
      throw new CommandRejected(
          ErrorCode.CONFLICT, "messageId: the message does not ask for confirmation");
    }
    return message;
  }

  /**
   * Who is asked to confirm the message, ordered by id, behind this one.
   *
   * @param reader who wants to know; null for one who may know it of everybody's messages
   * @throws CommandRejected with {@code not_found}, {@code conflict}, {@code forbidden}
   */
  public List<Asked> asked(
      ChannelKey channel, MessageId id, @Nullable String reader, String after, int limit) {
    long channelId = heads.idOf(channel);
    ChangeStore.Target message = request(channelId, id);
    if (reader != null && !reader.equals(message.author())) {
      throw CommandRejected.forbidden("messageId: the message is somebody else's");
    }
    ChannelName name = channel.name();
    List<?> rows =
        em.createNativeQuery(ASKED)
            .setParameter("org", channel.org().value())
            .setParameter("name", name.value())
            .setParameter("channel", channelId)
            .setParameter("offset", message.offset())
            .setParameter("author", message.author())
            .setParameter("at", message.createdAt())
            .setParameter("after", after)
            .setMaxResults(limit)
            .getResultList();
    return rows.stream()
        .map(row -> (Object[]) row)
        .map(row -> new Asked((String) row[0], Times.of(row[1])))
        .toList();
  }
}
