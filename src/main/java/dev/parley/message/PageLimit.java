package dev.parley.message;

import dev.parley.protocol.Command.History;
import dev.parley.protocol.CommandRejected;
import org.jspecify.annotations.Nullable;

/** How much one page of an HTTP answer holds: 1 to 100, 50 when nobody says. */
final class PageLimit {
  private PageLimit() {}

  static int of(@Nullable String text) {
    if (text == null) {
      return History.DEFAULT_LIMIT;
    }
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= History.MAX_LIMIT) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // As one that is out of range.
    }
    throw CommandRejected.badRequest("limit: must be from 1 to 100");
  }
}
