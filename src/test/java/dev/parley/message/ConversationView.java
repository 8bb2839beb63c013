package dev.parley.message;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.ServerFrame.MessagePush;
import dev.parley.protocol.ServerFrame.Receipt;
import dev.parley.testkit.Json;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a client holds of a conversation: made of JSON alone, by the rules that {@code
 * docs/protocol.md} gives to clients.
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
    JsonNode message = Json.parse(JsonWriter.push(push));
    Entry entry = entry(message);
    for (JsonNode reaction : message.path("reactions")) {
      reaction
          .get("users")
          .forEach(
              user ->
                  entry.reactions.add(
                      reaction.get("reaction").asText() + " " + user.get("id").asText()));
    }
    entry.reactionsOffset = message.path("reactionsOffset").asLong();
    messages.put(message.get("offset").asLong(), entry);
  }

  private static Entry entry(JsonNode message) {
    Entry entry = new Entry();
    entry.author = message.at("/user/id").asText();
    entry.data = message.get("data").toString();
    entry.version = message.at("/edited/version").asLong();
    entry.deleted = message.has("deleted");
    return entry;
  }

  /** How much is unread, and as of which offset. */
  void unread(long count, long asOf) {
    unread = count;
    position = asOf;
  }

  /** How far somebody has come, from a page of receipts. */
  void receipt(String user, long deliveredTo, long readTo) {
    delivered.merge(user, deliveredTo, Math::max);
    read.merge(user, readTo, Math::max);
  }

  /** A push, or an entry of a recovery; those behind which the snapshot stands come, too. */
  void push(MessagePush push) {
    JsonNode message = Json.parse(JsonWriter.push(push));
    long offset = message.get("offset").asLong();
    switch (message.get("event").asText()) {
      case "message-updated" -> update(offset, message.get("data"));
      case "message-deleted" -> delete(offset, message.get("data"));
      case "message-reaction" -> react(offset, message);
      default -> add(offset, message);
    }
    position = Math.max(position, offset);
  }

  private void add(long offset, JsonNode message) {
    messages.computeIfAbsent(offset, key -> entry(message));
    if (offset > position && !message.at("/user/id").asText().equals(me)) {
      unread++;
    }
  }

  private void update(long offset, JsonNode change) {
    Entry entry = messages.get(change.get("offset").asLong());
    if (entry != null && offset > entry.version && !entry.deleted) {
      entry.data = change.get("data").toString();
      entry.version = offset;
    }
  }

  private void delete(long offset, JsonNode change) {
    long target = change.get("offset").asLong();
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

  private void react(long offset, JsonNode message) {
    JsonNode change = message.get("data");
    Entry entry = messages.get(change.get("offset").asLong());
    if (entry == null || entry.deleted || offset <= entry.reactionsOffset) {
      return;
    }
    String reaction = change.get("reaction").asText() + " " + message.at("/user/id").asText();
    if (change.get("removed").asBoolean()) {
      entry.reactions.remove(reaction);
    } else {
      entry.reactions.add(reaction);
    }
  }

  /** The push of a receipt. */
  void push(Receipt receipt) {
    String user = receipt.user().id();
    if (receipt.delivered() != null) {
      delivered.merge(user, receipt.delivered(), Math::max);
    }
    if (receipt.read() != null) {
      read.merge(user, receipt.read(), Math::max);
    }
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
