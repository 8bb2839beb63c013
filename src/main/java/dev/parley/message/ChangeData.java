package dev.parley.message;

import dev.parley.message.ChangeStore.Target;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.JsonWriter;
import org.jspecify.annotations.Nullable;

/**
 * What the push of a change says: which message, and what is different. New content is not kept
 * with the entry but with the message, and put in again when the entry is read: then it is the
 * newest there is, and once the message was taken back there is none.
 */
final class ChangeData {
  private ChangeData() {}

  /** As it is kept in the log. */
  static JsonText kept(Target target, Change change) {
    return new JsonText(
        JsonWriter.object(
            json -> {
              json.writeStringField("messageId", target.id().toString());
              json.writeNumberField("offset", target.offset());
              if (change.reaction() != null) {
                json.writeStringField("reaction", change.reaction().value());
                json.writeBooleanField("removed", change.remove());
              }
            }));
  }

  /** As an update is pushed: with the content, or with none because it is gone. */
  static JsonText withContent(JsonText kept, @Nullable JsonText content) {
    String text = kept.value();
    String data = content == null ? JsonText.NULL.value() : content.value();
    return new JsonText(text.substring(0, text.length() - 1) + ",\"data\":" + data + "}");
  }
}
