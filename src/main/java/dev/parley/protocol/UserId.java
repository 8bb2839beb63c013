package dev.parley.protocol;

/**
 * A person or an application inside a tenant: the {@code sub} of its token, as the identity
 * provider writes it.
 */
public record UserId(String value) {
  /** Longest id, in characters: what the database column holds. */
  public static final int MAX_LENGTH = 255;

  public UserId {
    if (value.isBlank() || value.length() > MAX_LENGTH || Characters.unstorableIn(value) != null) {
      throw CommandRejected.badRequest("user: must have 1 to 255 characters of Unicode");
    }
  }

  /**
   * The id as a part of a channel name. Identity providers use characters that channel names do not
   * have ({@code auth0|5f7c}); each such byte of the UTF-8 form becomes {@code ~} and two hex
   * digits, and so does {@code ~} itself, so that no two users share a channel.
   */
  public String asChannelPart() {
    return ChannelName.escape(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
