package dev.parley.presence;

import dev.parley.protocol.PresenceStatus;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * How somebody wants to be seen, by their own word. Of several the latest counts, whichever device
 * and node it was said to; the other fields only make sure that all nodes choose alike.
 *
 * @param at when it was said, in milliseconds since 1970
 */
public record Choice(PresenceStatus status, @Nullable String info, long at)
    implements Comparable<Choice> {
  private static final Comparator<Choice> ORDER =
      Comparator.comparingLong(Choice::at)
          .thenComparing(Choice::status)
          .thenComparing(Choice::info, Comparator.nullsFirst(Comparator.naturalOrder()));

  @Override
  public int compareTo(Choice other) {
    return ORDER.compare(this, other);
  }
}
