package dev.parley.notification;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.protocol.JsonWriter;
import java.io.IOException;
import java.time.Instant;
import java.util.UUID;

/** One notification as one person sees it; the answers and the pushes have the same fields. */
public record Notification(
    UUID id, Scope scope, long number, Notice notice, Instant time, boolean read) {

  /** The object of a list, with what a push says elsewhere. */
  void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", id.toString());
    content(json, scope, number, notice);
    json.writeObjectFieldStart("from");
    json.writeStringField("id", notice.sender().id());
    if (notice.sender().name() != null) {
      json.writeStringField("name", notice.sender().name());
    }
    json.writeEndObject();
    json.writeStringField("time", JsonWriter.time(time));
    json.writeBooleanField("read", read);
    json.writeEndObject();
  }

  /** What the push of a new notification says. */
  static void content(JsonGenerator json, Scope scope, long number, Notice notice)
      throws IOException {
    json.writeStringField("scope", scope.word());
    json.writeNumberField("number", number);
    json.writeStringField("kind", notice.kind().value());
    json.writeFieldName("data");
    json.writeRawValue(notice.data().value());
    json.writeBooleanField("urgent", notice.urgent());
  }
}
