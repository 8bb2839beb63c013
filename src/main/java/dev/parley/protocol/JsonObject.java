package dev.parley.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object from outside, read once: each field keeps its kind and its text, and nested
 * values stay text until somebody asks. The getters name the field when it is missing or of the
 * wrong type, so every transport reports bad input in the same words.
 */
public final class JsonObject {
  enum Kind {
    STRING("a string"),
    INTEGER("an integer"),
    DECIMAL("a number"),
    BOOLEAN("true or false"),
    NULL("null"),
    OBJECT("an object"),
    ARRAY("an array");

    final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  /** A field: {@code text} is the decoded string of a string, and the JSON text of all others. */
  record Field(Kind kind, String text, JsonText json) {}

  private final Map<String, Field> fields = new LinkedHashMap<>();

  void put(String name, Field field) {
    if (fields.put(name, field) != null) {
      throw CommandRejected.badRequest(name + ": occurs twice");
    }
  }

  /** Whether the field is there and not null. */
  public boolean has(String name) {
    Field field = fields.get(name);
    return field != null && field.kind != Kind.NULL;
  }

  /** The string of a field that must be there. */
  public String string(String name) {
    return require(name, Kind.STRING).text;
  }

  /** The string, or null when the field is absent or null. */
  public @Nullable String optionalString(String name) {
    return has(name) ? string(name) : null;
  }

  /** The integer of a field that must be there. */
  public long integer(String name) {
    try {
      return Long.parseLong(require(name, Kind.INTEGER).text);
    } catch (NumberFormatException e) {
      throw CommandRejected.badRequest(name + ": is out of range");
    }
  }

  /** The integer, or {@code absent} when the field is absent or null. */
  public long integer(String name, long absent) {
    return has(name) ? integer(name) : absent;
  }

  /** The flag, or {@code absent} when the field is absent or null. */
  public boolean flag(String name, boolean absent) {
    return has(name) ? Boolean.parseBoolean(require(name, Kind.BOOLEAN).text) : absent;
  }

  /** The nested object of a field that must be there. */
  public JsonObject object(String name) {
    return JsonReader.object(require(name, Kind.OBJECT).text);
  }

  /**
   * The strings of an array that must be there.
   *
   * @param max most elements; each refusal names the field, and the element by its index
   */
  public List<String> strings(String name, int max) {
    return JsonReader.strings(name, require(name, Kind.ARRAY).text, max);
  }

  /**
   * The objects of an array that must be there.
   *
   * @param max most elements; each refusal names the field, and the element by its index
   */
  public List<JsonObject> objects(String name, int max) {
    return JsonReader.objects(name, require(name, Kind.ARRAY).text, max);
  }

  /** Whether the field is a string (and not, say, a number). */
  public boolean isString(String name) {
    Field field = fields.get(name);
    return field != null && field.kind == Kind.STRING;
  }

  /** Any value, as its author wrote it. An explicit null is a value; an absent field is not. */
  public JsonText value(String name) {
    Field field = fields.get(name);
    if (field == null) {
      throw CommandRejected.badRequest(name + ": is missing");
    }
    return field.json;
  }

  /** The names of all fields, in the order in which they came. */
  public Iterable<String> names() {
    return fields.keySet();
  }

  private Field require(String name, Kind kind) {
    Field field = fields.get(name);
    if (field == null || field.kind == Kind.NULL) {
      throw CommandRejected.badRequest(name + ": is missing");
    }
    if (field.kind != kind) {
      throw CommandRejected.badRequest(name + ": must be " + kind.words);
    }
    return field;
  }
}
