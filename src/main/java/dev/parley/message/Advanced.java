package dev.parley.message;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ServerFrame.Receipt;
import org.jspecify.annotations.Nullable;

/**
 * What became of one {@link Advance}: it was refused, or this is where the person stands now.
 * Public for the reason given at {@link Outcome}.
 *
 * @param deliveredMoved whether this has moved the watermark
 * @param readMoved whether this has moved the watermark
 */
public record Advanced(
    Advance advance,
    long delivered,
    long read,
    UnreadCounts.@Nullable Unread unread,
    boolean deliveredMoved,
    boolean readMoved,
    @Nullable CommandRejected rejected) {
  static Advanced rejected(Advance advance, CommandRejected why) {
    return new Advanced(advance, 0, 0, null, false, false, why);
  }

  boolean hasMoved() {
    return deliveredMoved || readMoved;
  }

  /** For everybody who reads the channel: what has moved. */
  Receipt forChannel() {
    return new Receipt(
        advance.channel().name(),
        advance.user(),
        deliveredMoved ? (Long) delivered : null,
        readMoved ? (Long) read : null,
        null,
        null);
  }

  /** For the person: where they stand. */
  Receipt forPerson() {
    return new Receipt(
        advance.name(),
        advance.user(),
        (Long) delivered,
        (Long) read,
        unread == null ? null : (Long) unread.count(),
        unread == null ? null : (Long) unread.asOf());
  }
}
