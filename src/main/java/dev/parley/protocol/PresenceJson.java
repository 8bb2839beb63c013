package dev.parley.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.protocol.ServerFrame.PresenceChange;
import dev.parley.protocol.ServerFrame.PresenceList;
import dev.parley.protocol.ServerFrame.TypingPush;
import java.io.IOException;
import java.util.List;

/** Writes what is about people rather than messages as JSON. Any thread. */
public final class PresenceJson {
  private PresenceJson() {}

  /** Writes the frame if it is one of these; false when it is not. */
  static boolean write(JsonGenerator json, ServerFrame frame) throws IOException {
    if (frame instanceof PresenceChange change) {
      change(json, change);
    } else if (frame instanceof PresenceList list) {
      json.writeStringField("type", "presence");
      json.writeStringField("channel", list.channel().value());
      users(json, "users", list.users());
    } else if (frame instanceof TypingPush typing) {
      json.writeStringField("type", "typing");
      json.writeStringField("channel", typing.channel().value());
      JsonWriter.user(json, typing.user());
      json.writeBooleanField("typing", typing.typing());
    } else {
      return false;
    }
    return true;
  }

  /** One person in {@code user}; those to whom the same has happened follow in {@code more}. */
  private static void change(JsonGenerator json, PresenceChange change) throws IOException {
    json.writeStringField("type", "presence");
    json.writeStringField("channel", change.channel().value());
    json.writeStringField("event", change.event().wire());
    List<PresentUser> users = change.users();
    boolean leaving = change.event() == PresenceEvent.LEAVE;
    json.writeFieldName("user");
    user(json, users.get(0), leaving);
    if (users.size() > 1) {
      json.writeArrayFieldStart("more");
      for (PresentUser user : users.subList(1, users.size())) {
        user(json, user, leaving);
      }
      json.writeEndArray();
    }
  }

  /** An array of people. */
  public static void users(JsonGenerator json, String field, List<PresentUser> users)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (PresentUser user : users) {
      user(json, user, false);
    }
    json.writeEndArray();
  }

  private static void user(JsonGenerator json, PresentUser user, boolean leaving)
      throws IOException {
    json.writeStartObject();
    fields(json, user, leaving);
    json.writeEndObject();
  }

  /** The fields of a person: who they are, and unless they are leaving, how reachable. */
  private static void fields(JsonGenerator json, PresentUser user, boolean leaving)
      throws IOException {
    json.writeStringField("id", user.user().id());
    if (user.user().name() != null) {
      json.writeStringField("name", user.user().name());
    }
    if (!leaving) {
      status(json, user);
    }
  }

  /** How reachable a person is. */
  public static void status(JsonGenerator json, PresentUser user) throws IOException {
    json.writeStringField("status", user.status().wire());
    if (user.info() != null) {
      json.writeStringField("info", user.info());
    }
  }
}
