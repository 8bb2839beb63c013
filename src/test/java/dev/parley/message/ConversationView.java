package dev.parley.message;

import dev.parley.protocol.JsonObject;
import dev.parley.protocol.JsonReader;
import dev.parley.protocol.Marks;
import dev.parley.protocol.ServerFrame.MessagePush;
import dev.parley.protocol.ServerFrame.Receipt;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a client holds of a conversation, by the rules that {@code docs/protocol.md} gives to
 * clients.
 */
final class ConversationView {
  private final String me;
  private final Map<Long, Entry> messages = new TreeMap<>();
  private final Map<String, Long> read = new TreeMap<>();
  private final Map<String, Long> delivered = new TreeMap<>();
  private long unread;
  private long position;

  private static final class Entry {
    String author = "";
    String data = "";
    long version;
    boolean deleted;
    long reactionsOffset;
    final Set<String> reactions = new TreeSet<>();

    @Override
    public String toString() {
      return author + " " + data + " v" + version + (deleted ? " deleted " : " ") + reactions;
    }
  }

  ConversationView(String me) {
    this.me = me;
  }

  /** A message of a history page. */
  void page(MessagePush push) {
    Entry entry = entry(push);
    if (push.marks().reactions() != null) {
      entry.reactionsOffset = push.marks().reactions().offset();
      for (Marks.Count count : push.marks().reactions().counts()) {
        count
            .users()
            .forEach(user -> entry.reactions.add(count.reaction().value() + " " + user.id()));
      }
    }
    messages.put(push.position().offset(), entry);
  }

  private static Entry entry(MessagePush push) {
    Entry entry = new Entry();
    entry.author = push.user().id();
    entry.data = push.data().value();
    entry.version = push.marks().edited() == null ? 0 : push.marks().edited().offset();
    entry.deleted = push.marks().deleted() != null;
    return entry;
  }

  /** How much is unread, and as of which offset. */
  void unread(long count, long asOf) {
    unread = count;
    position = asOf;
  }

  /** How far somebody has come, from a page of receipts. */
  void receipt(String user, long deliveredTo, long readTo) {
    if (deliveredTo > 0) {
      delivered.merge(user, deliveredTo, Math::max);
    }
    if (readTo > 0) {
      read.merge(user, readTo, Math::max);
    }
  }

  /** A push, or an entry of a recovery; those behind which the snapshot stands come, too. */
  void push(MessagePush push) {
    long offset = push.position().offset();
    switch (push.event().value()) {
      case "message-updated" -> update(offset, change(push));
      case "message-deleted" -> delete(offset, change(push));
      case "message-reaction" -> react(offset, push.user().id(), change(push));
      default -> add(offset, push);
    }
    position = Math.max(position, offset);
  }

  private static JsonObject change(MessagePush push) {
    return JsonReader.object(push.data().value());
  }

  private void add(long offset, MessagePush push) {
    messages.computeIfAbsent(offset, key -> entry(push));
    if (offset > position && !push.user().id().equals(me)) {
      unread++;
    }
  }

  private void update(long offset, JsonObject change) {
    Entry entry = messages.get(change.integer("offset"));
    if (entry != null && offset > entry.version && !entry.deleted) {
      entry.data = change.value("data").value();
      entry.version = offset;
    }
  }

  private void delete(long offset, JsonObject change) {
    long target = change.integer("offset");
    Entry entry = messages.get(target);
    if (entry != null) {
      entry.data = "null";
      entry.deleted = true;
      entry.reactions.clear();
    }
    boolean isUnread = target > read.getOrDefault(me, 0L);
    if (entry != null && offset > position && isUnread && !entry.author.equals(me)) {
      unread--;
    }
  }

  private void react(long offset, String user, JsonObject change) {
    Entry entry = messages.get(change.integer("offset"));
    if (entry == null || entry.deleted || offset <= entry.reactionsOffset) {
      return;
    }
    String reaction = change.string("reaction") + " " + user;
    if (change.flag("removed", false)) {
      entry.reactions.remove(reaction);
    } else {
      entry.reactions.add(reaction);
    }
  }

  /** The push of a receipt. */
  void push(Receipt receipt) {
    String user = receipt.user().id();
    receipt(
        user,
        receipt.delivered() == null ? 0 : receipt.delivered(),
        receipt.read() == null ? 0 : receipt.read());
    if (receipt.unread() != null && receipt.asOf() >= position) {
      unread = receipt.unread();
    }
  }

  /** Everything that it shows. */
  String shown() {
    StringBuilder text = new StringBuilder("unread " + unread + "\n");
    messages.forEach((offset, entry) -> text.append(offset).append(' ').append(entry).append('\n'));
    return text.append("read ").append(read).append(" delivered ").append(delivered).toString();
  }
}
