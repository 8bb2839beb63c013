package dev.parley.channel;

import com.fasterxml.jackson.core.JsonPointer;
import dev.parley.protocol.JsonScalar;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * By what a waiting message is replaced by a newer one of its channel: nothing, the channel itself
 * (only the newest message counts), the event, or a value in {@code data}. Any thread.
 *
 * @param pointer to the value in a message's push; there for {@link Kind#DATA} only
 */
public record ConflateBy(Kind kind, @Nullable JsonPointer pointer) {
  /** What the key is made of. */
  public enum Kind {
    NONE,
    CHANNEL,
    EVENT,
    DATA
  }

  /** Every message is delivered. */
  public static final ConflateBy NONE = new ConflateBy(Kind.NONE, null);

  /**
   * Longest key, in characters. Keys are kept for as long as their messages wait; what is longer is
   * a text and no key, and its message is not conflated.
   */
  public static final int MAX_KEY_LENGTH = 128;

  /** RFC 6901, section 3, without the empty pointer. */
  private static final Pattern POINTER = Pattern.compile("(?:/(?:[^/~]|~[01])*)+");

  public ConflateBy {
    if ((kind == Kind.DATA) != (pointer != null)) {
      throw new IllegalArgumentException("a pointer belongs to the kind DATA");
    }
  }

  /**
   * Reads the option: {@code none}, {@code channel}, {@code event}, or a JSON pointer (RFC 6901)
   * into {@code data}.
   *
   * @throws IllegalArgumentException when it is anything else
   */
  public static ConflateBy of(String option) {
    return switch (option) {
      case "none" -> NONE;
      case "channel" -> new ConflateBy(Kind.CHANNEL, null);
      case "event" -> new ConflateBy(Kind.EVENT, null);
      default -> ofPointer(option);
    };
  }

  private static ConflateBy ofPointer(String option) {
    if (!POINTER.matcher(option).matches()) {
      throw new IllegalArgumentException(option);
    }
    return new ConflateBy(Kind.DATA, JsonPointer.compile("/data" + option));
  }

  /** Whether the namespace conflates at all. */
  public boolean isActive() {
    return kind != Kind.NONE;
  }

  /**
   * The key of a message; null when it has none: then it is never replaced and replaces nothing.
   *
   * @param push the message as its push in {@code parley.v1.json}
   */
  public @Nullable String key(String event, String push) {
    return switch (kind) {
      case NONE -> null;
      case CHANNEL -> "";
      case EVENT -> event;
      case DATA -> pointer == null ? null : JsonScalar.at(pointer, push, MAX_KEY_LENGTH);
    };
  }
}
