package dev.parley.protocol;

import org.jspecify.annotations.Nullable;

/**
 * One command cannot be carried out. It becomes an {@code error} reply on a connection and a
 * problem document on HTTP; a transaction that it leaves is rolled back. The message is meant for
 * the caller: it names the field and never holds payloads, tokens or internal texts.
 */
public final class CommandRejected extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final long retryAfterMs;

  public CommandRejected(ErrorCode code, String message) {
    this(code, message, 0, null);
  }

  public CommandRejected(
      ErrorCode code, String message, long retryAfterMs, @Nullable Throwable cause) {
    // A rejection is an answer, not a fault: no stack trace is ever read from it, and filling one
    // in would let bad input cost more than good input.
    super(message, cause, false, false);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }

  public static CommandRejected badRequest(String message) {
    return new CommandRejected(ErrorCode.BAD_REQUEST, message);
  }

  public static CommandRejected notFound(String message) {
    return new CommandRejected(ErrorCode.NOT_FOUND, message);
  }

  public static CommandRejected forbidden(String message) {
    return new CommandRejected(ErrorCode.FORBIDDEN, message);
  }

  public static CommandRejected unavailable(String message, @Nullable Throwable cause) {
    return new CommandRejected(ErrorCode.UNAVAILABLE, message, 1000, cause);
  }

  /**
   * The same about a part of a request: {@code messages[3].data: is missing}.
   *
   * @param part the part's name
   */
  public CommandRejected in(String part) {
    return new CommandRejected(code, part + "." + text(), retryAfterMs, getCause());
  }

  public ErrorCode code() {
    return code;
  }

  /** The server's advice in milliseconds; 0 when it has none. */
  public long retryAfterMs() {
    return retryAfterMs;
  }

  /** The message, which is never null here. */
  public String text() {
    String message = getMessage();
    return message == null ? code.code() : message;
  }
}
