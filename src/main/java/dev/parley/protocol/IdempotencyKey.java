package dev.parley.protocol;

/**
 * The caller's name for one publish. The same key of the same user on the same channel stores one
 * message within 24 hours, however often it is sent.
 */
public record IdempotencyKey(String value) {
  /** Longest key, in characters. */
  public static final int MAX_LENGTH = 255;

  /**
   * @throws CommandRejected with {@link ErrorCode#BAD_REQUEST} when empty, too long or not visible
   *     ASCII
   */
  public IdempotencyKey {
    if (value.isEmpty()
        || value.length() > MAX_LENGTH
        || !value.chars().allMatch(c -> c >= 0x20 && c <= 0x7e)) {
      throw CommandRejected.badRequest("key: must have 1 to 255 printable ASCII characters");
    }
  }
}
