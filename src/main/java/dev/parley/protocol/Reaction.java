package dev.parley.protocol;

/**
 * A short sign by which a person answers a message without writing one: an emoji, or a name for one
 * such as {@code +1}.
 */
public record Reaction(String value) {
  /** Longest reaction, in UTF-16 units: the longest emoji sequences have about 30. */
  public static final int MAX_LENGTH = 64;

  /**
   * @throws CommandRejected with {@link ErrorCode#BAD_REQUEST} when empty, too long, or with spaces
   *     or control characters
   */
  public Reaction {
    if (value.isEmpty()
        || value.length() > MAX_LENGTH
        || Characters.unstorableIn(value) != null
        || value
            .codePoints()
            .anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c))) {
      throw CommandRejected.badRequest(
          "reaction: must have 1 to 64 characters without spaces and control characters");
    }
  }
}
