package dev.parley.delivery;

import dev.parley.message.EntryKind;
import dev.parley.message.MessageErasure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last messages of a channel, without a hole up to its end: what lets most readers catch up
 * without the database. Bounded in count and bytes. Not thread-safe: its tail guards it.
 */
final class RecentMessages {
  /** Two default recoveries' worth. */
  private static final int MAX_COUNT = 600;

  /** Weight of the messages kept; one larger than this is not kept at all. */
  private static final int MAX_WEIGHT = 512 << 10;

  private final ArrayDeque<StreamMessage> messages = new ArrayDeque<>();
  private int weight;
  private long last;

  RecentMessages(long last) {
    this.last = last;
  }

  void add(StreamMessage message) {
    if (removesContent(message.event())) {
      // What is kept may hold what the log does not any more.
      messages.clear();
      weight = 0;
    }
    messages.add(message);
    weight += message.weight();
    last = message.offset();
    while (messages.size() > MAX_COUNT || weight > MAX_WEIGHT) {
      weight -= messages.remove().weight();
    }
  }

  private static boolean removesContent(String event) {
    return event.equals(MessageErasure.EVENT.value()) || event.equals(EntryKind.TAKEN_BACK);
  }

  /** All behind {@code offset}, in order; null when they reach back further than this does. */
  @Nullable List<StreamMessage> after(long offset) {
    if (offset >= last) {
      return List.of();
    }
    if (offset < first() - 1) {
      return null;
    }
    List<StreamMessage> found = new ArrayList<>((int) (last - offset));
    Iterator<StreamMessage> newestFirst = messages.descendingIterator();
    for (long i = last; i > offset; i--) {
      found.add(newestFirst.next());
    }
    Collections.reverse(found);
    return found;
  }

  /** The offset of the oldest one that is kept, or of the next when none is. */
  long first() {
    return last - messages.size() + 1;
  }

  long last() {
    return last;
  }
}
