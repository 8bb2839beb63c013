package dev.parley.protocol;

import java.util.regex.Pattern;

/**
 * A channel's name as clients write it: {@code namespace:name}, at most 255 characters of {@code
 * A-Z a-z 0-9 _ . : @ ~ -}. The alphabet leaves out everything with a meaning elsewhere (slashes,
 * commas, wildcards, control and format characters), so a name is safe in a query string, an SSE
 * field, a log line and a bus topic.
 */
public record ChannelName(String value) implements Comparable<ChannelName> {
  /** Longest name, in characters. */
  public static final int MAX_LENGTH = 255;

  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_.@~-]{1,64}:[A-Za-z0-9_.:@~-]+");

  /**
   * @throws CommandRejected with {@link ErrorCode#BAD_REQUEST} when the name is malformed
   */
  public ChannelName {
    if (value.length() > MAX_LENGTH || !VALID.matcher(value).matches()) {
      throw CommandRejected.badRequest(
          "channel: must be namespace:name, at most 255 characters of A-Z a-z 0-9 _ . : @ ~ -");
    }
  }

  /** What stands before the first colon: the name of the option set. */
  public String namespace() {
    return value.substring(0, value.indexOf(':'));
  }

  /** What stands behind the first colon. */
  public String local() {
    return value.substring(value.indexOf(':') + 1);
  }

  @Override
  public int compareTo(ChannelName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
