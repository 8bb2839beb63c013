package dev.parley.protocol;

import org.jspecify.annotations.Nullable;

/** What a text from outside may be made of. */
final class Characters {
  private Characters() {}

  /**
   * What no database and no UTF-8 encoder holds (RFC 8259, section 8.2), in words; null when the
   * text has nothing of it.
   */
  static @Nullable String unstorableIn(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return "NUL";
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return "lone surrogates";
      }
    }
    return null;
  }
}
