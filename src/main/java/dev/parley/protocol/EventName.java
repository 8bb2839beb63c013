package dev.parley.protocol;

/**
 * What a message is about, in the application's words. It becomes an SSE event name, so it has no
 * control characters that could end the field (CWE-93).
 */
public record EventName(String value) {
  /** Longest name, in characters. */
  public static final int MAX_LENGTH = 128;

  /** The event of a message that was published without one. */
  public static final EventName MESSAGE = new EventName("message");

  /**
   * @throws CommandRejected with {@link ErrorCode#BAD_REQUEST} when malformed
   */
  public EventName {
    if (value.isEmpty()
        || value.length() > MAX_LENGTH
        || !value.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
      throw CommandRejected.badRequest(
          "event: must have 1 to 128 visible ASCII characters without spaces");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
