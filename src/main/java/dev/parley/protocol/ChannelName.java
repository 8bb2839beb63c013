package dev.parley.protocol;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
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

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_.@~-]{1,64}:[A-Za-z0-9_.:@~-]+");

  /**
   * @throws CommandRejected with {@link ErrorCode#BAD_REQUEST} when the name is malformed
   */
  public ChannelName {
    if (!isValid(value)) {
      throw CommandRejected.badRequest(
          "channel: must be namespace:name, at most 255 characters of A-Z a-z 0-9 _ . : @ ~ -");
    }
  }

  /** Whether {@code value} could be a channel's name. */
  public static boolean isValid(String value) {
    return value.length() <= MAX_LENGTH && VALID.matcher(value).matches();
  }

  /**
   * A foreign id as a part of a channel name: each byte of its UTF-8 form that names do not have
   * becomes {@code ~} and two hex digits, and so does {@code ~} itself, so that two ids never share
   * a name.
   */
  static String escape(String id) {
    StringBuilder part = new StringBuilder(id.length());
    for (byte b : id.getBytes(StandardCharsets.UTF_8)) {
      if (isPlain(b)) {
        part.append((char) b);
      } else {
        part.append('~').append(HEX.toHexDigits(b));
      }
    }
    return part.toString();
  }

  private static boolean isPlain(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || "_.:@-".indexOf(b) >= 0;
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
