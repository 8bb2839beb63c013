package dev.parley.protocol;

/**
 * A place in a channel's log: everything up to and including {@code offset} of {@code epoch} has
 * been seen. An offset means nothing without its epoch: a log that was lost and begun again counts
 * from 1 once more.
 */
public record StreamPosition(String epoch, long offset) {
  /** Offsets stay below 2^53, so that every JSON reader holds them exactly. */
  public static final long MAX_OFFSET = (1L << 53) - 1;

  /** Longest epoch, in characters. */
  public static final int MAX_EPOCH_LENGTH = 32;

  /**
   * @throws CommandRejected with {@link ErrorCode#BAD_REQUEST} when out of range
   */
  public StreamPosition {
    if (offset < 0 || offset > MAX_OFFSET) {
      throw CommandRejected.badRequest("offset: must be an integer from 0 to 2^53-1");
    }
    if (epoch.isEmpty() || epoch.length() > MAX_EPOCH_LENGTH) {
      throw CommandRejected.badRequest("epoch: must have 1 to 32 characters");
    }
  }

  /** The same epoch, at another offset. */
  public StreamPosition at(long newOffset) {
    return new StreamPosition(epoch, newOffset);
  }
}
