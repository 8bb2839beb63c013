package dev.parley.publisher;

/** Nothing was published; the message says why. Try again, or roll back. */
public class PublishFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With what the server or the database has said. */
  public PublishFailed(String message) {
    super(message);
  }

  /** With what has caused it. */
  public PublishFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
