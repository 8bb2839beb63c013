package dev.parley.protocol;

import java.nio.charset.StandardCharsets;

/**
 * One complete JSON value, as its author wrote it. Numbers keep their digits and objects their
 * order, because the text is passed on and never rebuilt. Only {@link JsonReader} makes one from
 * outside input: it has checked the syntax, the depth and the characters.
 */
public record JsonText(String value) {
  /** JSON's {@code null}. */
  public static final JsonText NULL = new JsonText("null");

  /** Length of the UTF-8 form, in bytes. */
  public int bytes() {
    return value.getBytes(StandardCharsets.UTF_8).length;
  }

  @Override
  public String toString() {
    // Payloads must not reach a log through string concatenation.
    return "JsonText[" + value.length() + " chars]";
  }
}
