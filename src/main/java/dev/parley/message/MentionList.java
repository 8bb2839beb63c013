package dev.parley.message;

import dev.parley.protocol.Command.Publish;
import dev.parley.protocol.JsonReader;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.UserId;
import java.util.List;

/** User ids as the text of one column, so that a message with mentions is still one row. */
final class MentionList {
  private static final String NAME = "users";

  private MentionList() {}

  static String write(List<UserId> users) {
    return JsonWriter.object(
        json -> {
          json.writeArrayFieldStart(NAME);
          for (UserId user : users) {
            json.writeString(user.value());
          }
          json.writeEndArray();
        });
  }

  static List<UserId> read(String text) {
    return JsonReader.object(text).strings(NAME, Publish.MAX_MENTIONS).stream()
        .map(UserId::new)
        .toList();
  }
}
