package dev.parley.message;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.Reaction;
import dev.parley.protocol.UserRef;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Carries a change out on the message that it changes: the only place where what is stored of a
 * message is altered. Inside the transaction of {@link MessageLog}, which holds the channel's lock,
 * so changes of a channel are made one after the other, in the order of their offsets.
 */
@ApplicationScoped
class ChangeStore {
  /** Different reactions to one message: more than anybody looks at, and a page stays small. */
  static final int MAX_REACTIONS = 20;

  @PersistenceContext(unitName = "parley")
  EntityManager em;

  @Inject HeldContent held;

  /**
   * The message that is to be changed, as it is now.
   *
   * @param edited the update that its content is from; null for none
   */
  record Target(
      long offset,
      MessageId id,
      String author,
      Instant createdAt,
      @Nullable Long edited,
      @Nullable Long deleted,
      @Nullable Instant deletedAt,
      EntryKind kind) {
    long version() {
      return edited == null ? offset : edited;
    }
  }

  /** Where and when a change was made that need not be made again. */
  record Done(long offset, Instant time) {}

  /**
   * The message of this id.
   *
   * @param field what to call the id when it is refused
   * @throws CommandRejected with {@code not_found} when the channel has no such message (any more)
   */
  Target find(long channelId, MessageId id, String field) {
    return em.createQuery(
            "select m.place.offset, m.userId, m.createdAt, m.editedOffset, m.deletedOffset,"
                + " m.deletedAt, m.kind"
                + " from StoredMessage m where m.messageId = :id and m.place.channelId = :channel"
                + " and m.kind in :shown",
            Object[].class)
        .setParameter("id", id.value())
        .setParameter("channel", channelId)
        .setParameter("shown", StoredMessage.SHOWN)
        .getResultStream()
        .map(
            row ->
                new Target(
                    (Long) row[0],
                    id,
                    (String) row[1],
                    (Instant) row[2],
                    (Long) row[3],
                    (Long) row[4],
                    (Instant) row[5],
                    EntryKind.of((Short) row[6])))
        .findFirst()
        .orElseThrow(() -> CommandRejected.notFound(field + ": the channel has no such message"));
  }

  /**
   * Whether the change may be made; when it was made before, where.
   *
   * @throws CommandRejected with {@code forbidden}, {@code conflict} for a message that was taken
   *     back, {@code precondition_failed} for another version, {@code limit_exceeded}
   */
  @Nullable Done check(long channelId, Target target, UserRef author, Change change) {
    if (target.kind == EntryKind.NOTICE && change.kind() != EntryKind.REACTION) {
      throw CommandRejected.forbidden("messageId: the message is the server's own");
    }
    if (!change.anyones() && !target.author.equals(author.id())) {
      throw CommandRejected.forbidden("messageId: the message is somebody else's");
    }
    if (target.deleted != null && target.deletedAt != null) {
      if (change.kind() == EntryKind.DELETION) {
        return new Done(target.deleted, target.deletedAt);
      }
      throw new CommandRejected(ErrorCode.CONFLICT, "messageId: the message was taken back");
    }
    if (change.version() != null && change.version() != target.version()) {
      throw new CommandRejected(
          ErrorCode.PRECONDITION_FAILED, "version: is " + target.version() + " by now");
    }
    return change.reaction() == null
        ? null
        : checkReaction(channelId, target, author, change, change.reaction());
  }

  private @Nullable Done checkReaction(
      long channelId, Target target, UserRef author, Change change, Reaction reaction) {
    List<?> known =
        reaction(
                "select change_offset, created_at from reaction where channel_id = :channel"
                    + " and log_offset = :offset and reaction = :reaction and user_id = :user",
                channelId,
                target,
                reaction)
            .setParameter("user", author.id())
            .getResultList();
    if (change.remove() && known.isEmpty()) {
      throw CommandRejected.notFound("reaction: you have none such to this message");
    }
    if (change.remove()) {
      return null;
    }
    if (!known.isEmpty()) {
      Object[] row = (Object[]) known.get(0);
      return new Done(((Number) row[0]).longValue(), Objects.requireNonNull(Times.of(row[1])));
    }
    Number others =
        (Number)
            reaction(
                    "select count(distinct reaction) from reaction where channel_id = :channel"
                        + " and log_offset = :offset and reaction <> :reaction",
                    channelId,
                    target,
                    reaction)
                .getSingleResult();
    if (others.intValue() >= MAX_REACTIONS) {
      throw new CommandRejected(
          ErrorCode.LIMIT_EXCEEDED, "reaction: a message has at most " + MAX_REACTIONS);
    }
    return null;
  }

  private Query reaction(String sql, long channelId, Target target, Reaction reaction) {
    return em.createNativeQuery(sql)
        .setParameter("channel", channelId)
        .setParameter("offset", target.offset)
        .setParameter("reaction", reaction.value());
  }

  /** Makes the change whose entry stands at {@code offset}. */
  void apply(
      long channelId, Target target, UserRef author, Change change, long offset, Instant time) {
    if (change.kind() != EntryKind.REACTION) {
      held.keep(channelId, target.offset, offset);
    }
    switch (change.kind()) {
      case UPDATE ->
          message(
                  "data = :data, edited_offset = :change, edited_at = :time",
                  channelId,
                  target,
                  offset)
              .setParameter("data", Objects.requireNonNull(change.data()).value())
              .setParameter("time", time)
              .executeUpdate();
      case DELETION -> delete(channelId, target, offset, time);
      case REACTION -> react(channelId, target, author, change, offset, time);
      case MESSAGE, NOTICE -> throw new IllegalArgumentException("no change: " + change.kind());
    }
  }

  /** What was written is gone, wherever it stood: only place, author and times are left. */
  private void delete(long channelId, Target target, long offset, Instant time) {
    message(
            "data = 'null', mentions = null, reacted_offset = null, deleted_offset = :change,"
                + " deleted_at = :time",
            channelId,
            target,
            offset)
        .setParameter("time", time)
        .executeUpdate();
    em.createNativeQuery("delete from reaction where channel_id = :channel and log_offset = :at")
        .setParameter("channel", channelId)
        .setParameter("at", target.offset)
        .executeUpdate();
    em.createNativeQuery(
            "delete from confirm_request where channel_id = :channel and log_offset = :at")
        .setParameter("channel", channelId)
        .setParameter("at", target.offset)
        .executeUpdate();
    em.createNativeQuery(
            "insert into deletion (channel_id, log_offset, user_id) values (:channel, :at, :user)")
        .setParameter("channel", channelId)
        .setParameter("at", target.offset)
        .setParameter("user", target.author)
        .executeUpdate();
  }

  private void react(
      long channelId, Target target, UserRef author, Change change, long offset, Instant time) {
    Reaction reaction = Objects.requireNonNull(change.reaction());
    if (change.remove()) {
      reaction(
              "delete from reaction where channel_id = :channel and log_offset = :offset"
                  + " and reaction = :reaction and user_id = :user",
              channelId,
              target,
              reaction)
          .setParameter("user", author.id())
          .executeUpdate();
    } else {
      reaction(
              "insert into reaction (channel_id, log_offset, reaction, user_id, user_name,"
                  + " change_offset, created_at)"
                  + " values (:channel, :offset, :reaction, :user, :name, :change, :time)",
              channelId,
              target,
              reaction)
          .setParameter("user", author.id())
          .setParameter("name", author.name() == null ? author.id() : author.name())
          .setParameter("change", offset)
          .setParameter("time", time)
          .executeUpdate();
    }
    message("reacted_offset = :change", channelId, target, offset).executeUpdate();
  }

  /** SQL, because Hibernate takes the entity for immutable, which all others may do as well. */
  private Query message(String set, long channelId, Target target, long change) {
    return em.createNativeQuery(
            "update message set " + set + " where channel_id = :channel and log_offset = :at")
        .setParameter("channel", channelId)
        .setParameter("at", target.offset)
        .setParameter("change", change);
  }
}
