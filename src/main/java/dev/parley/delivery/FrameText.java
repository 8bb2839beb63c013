package dev.parley.delivery;

import dev.parley.protocol.MessagePack;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object on its way to any number of connections: each encoding of it is made once, by
 * whoever needs it first, and shared. Any thread; two that come at once make the same bytes.
 */
public final class FrameText {
  private final String json;
  private volatile byte @Nullable [] utf8;
  private volatile byte @Nullable [] msgpack;

  /**
   * @param json one line: a JSON object without a line break
   */
  public FrameText(String json) {
    this.json = json;
  }

  /** As JSON. */
  public String json() {
    return json;
  }

  /** As JSON in UTF-8. Shared: must not be changed. */
  public byte[] utf8() {
    byte[] known = utf8;
    if (known == null) {
      known = json.getBytes(StandardCharsets.UTF_8);
      utf8 = known;
    }
    return known;
  }

  /** As MessagePack. Shared: must not be changed. */
  public byte[] msgpack() {
    byte[] known = msgpack;
    if (known == null) {
      known = MessagePack.fromJson(json);
      msgpack = known;
    }
    return known;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || (other instanceof FrameText text && text.json.equals(json));
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }

  @Override
  public String toString() {
    // Payloads must not reach a log through string concatenation.
    return "FrameText[" + json.length() + " chars]";
  }
}
