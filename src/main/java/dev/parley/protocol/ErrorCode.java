package dev.parley.protocol;

/**
 * The closed table of ways in which one command can fail, the same on every transport. A connection
 * that ends is told so by a {@link CloseCode} instead.
 *
 * <p>HTTP statuses follow RFC 9110; a retryable error may be sent again unchanged and, unless it is
 * {@link #INTERNAL}, has stored nothing.
 */
public enum ErrorCode {
  BAD_REQUEST(400, false),
  UNAUTHORIZED(401, false),
  TOKEN_EXPIRED(401, false),
  FORBIDDEN(403, false),
  NOT_FOUND(404, false),
  CONFLICT(409, false),
  PRECONDITION_FAILED(412, false),
  TOO_LARGE(413, false),
  LIMIT_EXCEEDED(429, false),
  RATE_LIMITED(429, true),
  UNAVAILABLE(503, true),
  INTERNAL(500, true);

  private final int httpStatus;
  private final boolean retryable;
  private final String code;

  ErrorCode(int httpStatus, boolean retryable) {
    this.httpStatus = httpStatus;
    this.retryable = retryable;
    this.code = name().toLowerCase(java.util.Locale.ROOT);
  }

  /** The name on the wire, for example {@code bad_request}. */
  public String code() {
    return code;
  }

  /** The status of an HTTP answer that carries this error. */
  public int httpStatus() {
    return httpStatus;
  }

  /** Whether the same command may succeed later without being changed. */
  public boolean retryable() {
    return retryable;
  }
}
