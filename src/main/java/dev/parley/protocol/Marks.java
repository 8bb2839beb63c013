package dev.parley.protocol;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be said about a stored message beside its content. Most messages have nothing of it.
 *
 * @param replyTo the message of the same channel that this one answers
 * @param mentions whom it mentions, as its author says
 * @param confirm whether its author asks for confirmation
 * @param edited when its content was changed last; then {@code data} is the newer one
 * @param deleted when it was taken back; then {@code data} is {@code null}
 * @param reactions who has reacted; null where that is not asked for, as in a push
 */
public record Marks(
    @Nullable MessageId replyTo,
    List<UserId> mentions,
    boolean confirm,
    @Nullable Version edited,
    @Nullable Version deleted,
    @Nullable Reactions reactions) {
  /** Nothing. */
  public static final Marks NONE = new Marks(null, List.of(), false, null, null, null);

  public Marks {
    mentions = List.copyOf(mentions);
  }

  /**
   * A change that a message's present form includes.
   *
   * @param offset of the change in the channel's log
   */
  public record Version(long offset, Instant time) {}

  /**
   * All reactions to a message.
   *
   * @param offset of the newest change that is in them
   */
  public record Reactions(long offset, List<Count> counts) {
    public Reactions {
      counts = List.copyOf(counts);
    }
  }

  /**
   * One reaction.
   *
   * @param count how many people have it
   * @param mine whether the one who asks is among them
   * @param users the first of them
   */
  public record Count(Reaction reaction, long count, boolean mine, List<UserRef> users) {
    public Count {
      users = List.copyOf(users);
    }
  }

  /** The same with these reactions. */
  public Marks with(Reactions all) {
    return new Marks(replyTo, mentions, confirm, edited, deleted, all);
  }
}
