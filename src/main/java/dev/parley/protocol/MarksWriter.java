package dev.parley.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.protocol.Marks.Count;
import dev.parley.protocol.Marks.Reactions;
import dev.parley.protocol.Marks.Version;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Writes the fields of a message's {@link Marks}: only those that say something. Any thread. */
final class MarksWriter {
  private MarksWriter() {}

  static void write(JsonGenerator json, Marks marks) throws IOException {
    if (marks.equals(Marks.NONE)) {
      return;
    }
    if (marks.replyTo() != null) {
      json.writeStringField("replyTo", marks.replyTo().toString());
    }
    if (!marks.mentions().isEmpty()) {
      json.writeArrayFieldStart("mentions");
      for (UserId user : marks.mentions()) {
        json.writeString(user.value());
      }
      json.writeEndArray();
    }
    if (marks.confirm()) {
      json.writeBooleanField("confirm", true);
    }
    version(json, "edited", marks.edited());
    version(json, "deleted", marks.deleted());
    if (marks.reactions() != null) {
      reactions(json, marks.reactions());
    }
  }

  private static void version(JsonGenerator json, String name, @Nullable Version version)
      throws IOException {
    if (version != null) {
      json.writeObjectFieldStart(name);
      json.writeNumberField("version", version.offset());
      json.writeStringField("time", JsonWriter.time(version.time()));
      json.writeEndObject();
    }
  }

  private static void reactions(JsonGenerator json, Reactions reactions) throws IOException {
    json.writeArrayFieldStart("reactions");
    for (Count count : reactions.counts()) {
      json.writeStartObject();
      json.writeStringField("reaction", count.reaction().value());
      json.writeNumberField("count", count.count());
      if (count.mine()) {
        json.writeBooleanField("mine", true);
      }
      json.writeArrayFieldStart("users");
      for (UserRef user : count.users()) {
        json.writeStartObject();
        JsonWriter.userFields(json, user);
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNumberField("reactionsOffset", reactions.offset());
  }
}
