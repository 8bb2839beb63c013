package dev.parley.message;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.message.ConversationReader.Bound;
import dev.parley.message.ConversationReader.Conversation;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.JsonWriter;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lists the caller's conversations: the rooms whose member they are, and the direct ones, those
 * that were active last first. Blocks on the database.
 */
@ApplicationScoped
class ListConversations {
  private static final Pattern CURSOR = Pattern.compile("([0-9]{1,15})_([0-9]{1,18})");

  @Inject ConversationReader reader;

  /**
   * A page, as JSON.
   *
   * @param cursor the {@code next} of the page before; empty for the first page
   * @throws CommandRejected with {@code bad_request} for a bad cursor
   */
  String handle(Caller caller, String cursor, int limit) {
    List<Conversation> found = reader.of(caller.org(), caller.user(), bound(cursor), limit + 1);
    boolean more = found.size() > limit;
    List<Conversation> page = more ? found.subList(0, limit) : found;
    return JsonWriter.object(
        json -> {
          json.writeArrayFieldStart("conversations");
          for (Conversation one : page) {
            json.writeStartObject();
            write(json, one);
            json.writeEndObject();
          }
          json.writeEndArray();
          if (more) {
            json.writeStringField("next", cursor(page.get(limit - 1).bound()));
          }
        });
  }

  private static Bound bound(String cursor) {
    if (cursor.isEmpty()) {
      return Bound.START;
    }
    Matcher parts = CURSOR.matcher(cursor);
    if (!parts.matches()) {
      throw CommandRejected.badRequest("cursor: is not a cursor that you were given here");
    }
    return new Bound(
        Instant.ofEpochMilli(Long.parseLong(parts.group(1))), Long.parseLong(parts.group(2)));
  }

  private static String cursor(Bound bound) {
    return bound.at().toEpochMilli() + "_" + bound.id();
  }

  private static void write(JsonGenerator json, Conversation one) throws IOException {
    json.writeStringField("channel", one.channel().value());
    if (one.peer() == null) {
      json.writeStringField("name", one.title());
      json.writeStringField("visibility", one.visibility());
      json.writeBooleanField("archived", one.archived());
    } else {
      json.writeStringField("user", one.peer().value());
    }
    json.writeStringField("epoch", one.position().epoch());
    json.writeNumberField("offset", one.position().offset());
    json.writeNumberField("delivered", one.delivered());
    json.writeNumberField("read", one.read());
    json.writeNumberField("unread", one.unread());
    if (one.last() != null) {
      json.writeObjectFieldStart("lastMessage");
      JsonWriter.stored(json, one.last());
      json.writeEndObject();
    }
  }
}
