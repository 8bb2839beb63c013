package dev.parley.presence;

import dev.parley.protocol.PresentUser;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some of those who are in a channel.
 *
 * @param total how many there are
 * @param next the id behind which the next page begins; null when this is the last one
 */
record PresencePage(List<PresentUser> users, int total, @Nullable String next) {
  static final PresencePage EMPTY = new PresencePage(List.of(), 0, null);
}
