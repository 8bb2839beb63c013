package dev.parley.channel;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a list is wanted: so many, behind the last one of the page before. The cursor is
 * opaque to clients and holds nothing that they have not been shown.
 */
record RoomPage(@Nullable String after, int limit) {
  /** Entries of a page at most, and when nothing is asked for. */
  private static final int MAX = 100;

  private static final int DEFAULT = 50;

  /**
   * Reads the query's parameters.
   *
   * @throws CommandRejected with {@code bad_request}
   */
  static RoomPage of(@Nullable String cursor, @Nullable String limit) {
    return new RoomPage(cursor == null ? null : decoded(cursor), limit(limit));
  }

  private static String decoded(String cursor) {
    try {
      return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw refused();
    }
  }

  private static CommandRejected refused() {
    return CommandRejected.badRequest("cursor: is not the next of a page");
  }

  private static int limit(@Nullable String limit) {
    try {
      int wanted = limit == null ? DEFAULT : Integer.parseInt(limit);
      if (wanted >= 1 && wanted <= MAX) {
        return wanted;
      }
    } catch (NumberFormatException e) {
      // The same answer as for a number out of range.
    }
    throw CommandRejected.badRequest("limit: must be from 1 to " + MAX);
  }

  /** The number behind which the page begins. */
  long afterNumber() {
    try {
      return after == null ? 0 : Long.parseLong(after);
    } catch (NumberFormatException e) {
      throw refused();
    }
  }

  /** The cursor of the page behind this entry. */
  private static String next(String last) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(last.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes one entry. */
  interface Writer<T> {
    void write(T entry, JsonGenerator json) throws IOException;
  }

  /**
   * The page as an object with this field.
   *
   * @param found one more than the limit if there are so many
   * @param key what the cursor of an entry is made of
   */
  <T> String json(String field, List<T> found, Writer<T> writer, Function<T, String> key) {
    boolean more = found.size() > limit;
    List<T> shown = more ? found.subList(0, limit) : found;
    return JsonWriter.object(
        json -> {
          json.writeArrayFieldStart(field);
          for (T entry : shown) {
            json.writeStartObject();
            writer.write(entry, json);
            json.writeEndObject();
          }
          json.writeEndArray();
          if (more) {
            json.writeStringField("next", next(key.apply(shown.get(limit - 1))));
          }
        });
  }
}
