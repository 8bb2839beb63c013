package dev.parley.protocol;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What somebody may or may not do in a channel. Every command asks for one of these. */
public enum Operation {
  /** Receive its messages, and what was missed of them; receipts, too. */
  SUBSCRIBE,
  /** Read what is stored. */
  HISTORY,
  /** See who is in it. */
  PRESENCE,
  /** Publish, change and take back one's own messages, react, and be seen typing. */
  PUBLISH;

  /** The word for it in tokens, rules and questions. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The operation of this word.
   *
   * @throws CommandRejected with {@code bad_request}, which names the field
   */
  public static Operation of(String word, String field) {
    return Arrays.stream(values())
        .filter(one -> one.word().equals(word))
        .findFirst()
        .orElseThrow(() -> CommandRejected.badRequest(field + ": must be one of " + words()));
  }

  private static String words() {
    return Arrays.stream(values()).map(Operation::word).collect(Collectors.joining(", "));
  }
}
