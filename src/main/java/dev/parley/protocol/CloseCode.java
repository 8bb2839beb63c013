package dev.parley.protocol;

/**
 * The closed table of reasons for which the server ends a connection, and what the client should do
 * about it. Codes of the range 4000 to 4999 are free for applications (RFC 6455, section 7.4.2).
 */
public enum CloseCode {
  NORMAL(1000, "closed", Reconnect.NO),
  TOO_BIG(1009, "frame above the limit", Reconnect.NO),
  SERVER_ERROR(1011, "internal error", Reconnect.AFTER_BACKOFF),
  NO_CREDENTIAL(4001, "no credential came in time", Reconnect.NO),
  INVALID_CREDENTIAL(4002, "credential invalid", Reconnect.NO),
  TOKEN_EXPIRED(4003, "token expired", Reconnect.NO),
  DISCONNECTED(4004, "disconnected by the operator", Reconnect.NO),
  PROTOCOL_BROKEN(4006, "protocol broken repeatedly", Reconnect.NO),
  NODE_FULL(4100, "node full", Reconnect.AFTER_BACKOFF),
  TOO_MANY_CONNECTIONS(4101, "too many connections of this user", Reconnect.AFTER_BACKOFF),
  CONNECTING_TOO_OFTEN(4102, "connecting too often", Reconnect.AFTER_BACKOFF),
  NO_PONG(4201, "no pong", Reconnect.NOW),
  TOO_SLOW(4202, "consumer too slow", Reconnect.NOW),
  DRAINING(4203, "draining", Reconnect.AFTER_ADVICE);

  /** When the client may come back. */
  public enum Reconnect {
    /** Not by itself: something has to change first. */
    NO,
    /** At once, with its positions. */
    NOW,
    /** After a random back-off. */
    AFTER_BACKOFF,
    /** After the {@code reconnectIn} that the {@code draining} push has given. */
    AFTER_ADVICE
  }

  private final int code;
  private final String reason;
  private final Reconnect reconnect;

  CloseCode(int code, String reason, Reconnect reconnect) {
    this.code = code;
    this.reason = reason;
    this.reconnect = reconnect;
  }

  /** The number in the close frame. */
  public int code() {
    return code;
  }

  /** The text in the close frame: a constant, so that no internal text can leak through it. */
  public String reason() {
    return reason;
  }

  /** What a client should do next. */
  public Reconnect reconnect() {
    return reconnect;
  }
}
