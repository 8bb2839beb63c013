package dev.parley.notification;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a client knows: a list that it has asked for, kept up to date by pushes as docs/protocol.md
 * tells clients to do. Pushes of one channel come in order, those of different channels as they
 * like.
 */
final class InboxReplica {
  private record Item(String scope, long number, boolean read) {}

  private final Map<String, Item> items = new TreeMap<>();
  private final Map<String, Long> known = new HashMap<>();
  private final Map<String, Long> readUpTo = new HashMap<>();
  private final Map<String, Long> clearedUpTo = new HashMap<>();
  private final Map<String, Item> decided = new HashMap<>();
  private final Set<String> removed = new HashSet<>();

  /** Begins with what a list says that holds everything. */
  InboxReplica(JsonNode list) {
    for (JsonNode one : list.get("notifications")) {
      items.put(
          one.get("id").asText(),
          new Item(
              one.get("scope").asText(), one.get("number").asLong(), one.get("read").asBoolean()));
    }
    list.get("upTo").properties().forEach(e -> known.put(e.getKey(), e.getValue().asLong()));
  }

  /** Takes a push in. */
  void hear(JsonNode push) {
    JsonNode data = push.get("data");
    switch (push.get("event").asText()) {
      case "notification" -> come(push.get("messageId").asText(), data);
      case "notification-read" -> read(data);
      case "notifications-read" -> readAll(data.get("upTo"));
      case "notification-removed" -> {
        items.remove(data.get("id").asText());
        removed.add(data.get("id").asText());
      }
      case "notifications-cleared" -> clear(data.get("upTo"));
      default -> throw new AssertionError("unexpected " + push);
    }
  }

  private void come(String id, JsonNode data) {
    String scope = data.get("scope").asText();
    long number = data.get("number").asLong();
    boolean isKnown =
        number <= known.getOrDefault(scope, 0L)
            || number <= clearedUpTo.getOrDefault(scope, 0L)
            || removed.contains(id);
    if (!isKnown) {
      Item before = decided.get(id);
      boolean read = before == null ? number <= readUpTo.getOrDefault(scope, 0L) : before.read();
      items.put(id, new Item(scope, number, read));
    }
  }

  private void read(JsonNode data) {
    String id = data.get("id").asText();
    Item item =
        new Item(
            data.get("scope").asText(), data.get("number").asLong(), data.get("read").asBoolean());
    decided.put(id, item);
    items.computeIfPresent(id, (key, old) -> item);
  }

  private void readAll(JsonNode upTo) {
    upTo.properties().forEach(e -> readUpTo.merge(e.getKey(), e.getValue().asLong(), Math::max));
    decided.values().removeIf(item -> isWithin(item, upTo));
    items.replaceAll(
        (id, item) -> isWithin(item, upTo) ? new Item(item.scope(), item.number(), true) : item);
  }

  private void clear(JsonNode upTo) {
    upTo.properties().forEach(e -> clearedUpTo.merge(e.getKey(), e.getValue().asLong(), Math::max));
    items.values().removeIf(item -> isWithin(item, upTo));
  }

  private static boolean isWithin(Item item, JsonNode upTo) {
    return item.number() <= upTo.get(item.scope()).asLong();
  }

  long unread() {
    return items.values().stream().filter(item -> !item.read()).count();
  }

  /** What there is, to be compared. */
  Map<String, Object> state() {
    return Map.copyOf(items);
  }
}
