package dev.parley.security;

/** Text of strangers, made fit for databases and logs. */
final class Printable {
  private static final int REPLACEMENT = 0xFFFD;

  private Printable() {}

  /** Replaces what no database and no UTF-8 encoder holds, or what would forge a line of a log. */
  static String text(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> Character.isISOControl(c) || isLoneSurrogate(c) ? REPLACEMENT : c)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }

  private static boolean isLoneSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
