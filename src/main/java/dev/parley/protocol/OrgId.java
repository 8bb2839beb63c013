package dev.parley.protocol;

/**
 * A tenant. It always comes from a verified token or from the configuration, never from a command.
 */
public record OrgId(String value) {
  /** Longest id, in characters: what the database column holds. */
  public static final int MAX_LENGTH = 255;

  public OrgId {
    if (value.isBlank() || value.length() > MAX_LENGTH || Characters.unstorableIn(value) != null) {
      throw CommandRejected.badRequest("org: must have 1 to 255 characters of Unicode");
    }
  }

  /** The id as a part of a channel name, like {@link UserId#asChannelPart}. */
  public String asChannelPart() {
    return ChannelName.escape(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
