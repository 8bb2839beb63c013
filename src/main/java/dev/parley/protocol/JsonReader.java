package dev.parley.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.parley.protocol.JsonObject.Field;
import dev.parley.protocol.JsonObject.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Reads JSON from outside in one pass. Depth, number length and name length are limited before
 * anything is built; lone surrogates and NUL are refused. Any thread.
 */
public final class JsonReader {
  /** Deepest nesting. Real payloads stay far below; deeper ones are attacks on recursion. */
  public static final int MAX_DEPTH = 128;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(512)
                  .maxNameLength(1024)
                  .build())
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private JsonReader() {}

  /**
   * Reads exactly one object.
   *
   * @throws CommandRejected with {@link ErrorCode#BAD_REQUEST} when it is anything else
   */
  public static JsonObject object(String text) {
    JsonObject object = new JsonObject();
    readInto(text, object);
    return object;
  }

  /**
   * Reads exactly one object into {@code object}, which keeps the fields that were read before an
   * error, so that the error can still be answered under the command's id.
   */
  static void readInto(String text, JsonObject object) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw CommandRejected.badRequest("must be a JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = checked(parser.currentName());
        object.put(name, field(parser, text));
      }
      if (parser.nextToken() != null) {
        throw CommandRejected.badRequest("must be one JSON object with nothing behind it");
      }
    } catch (StreamConstraintsException e) {
      throw CommandRejected.badRequest(
          "JSON is nested deeper than 128 levels or has a huge number");
    } catch (IOException e) {
      throw CommandRejected.badRequest("is not valid JSON");
    }
  }

  /** The strings of an array that {@link #readInto} has read as the text of one. */
  static List<String> strings(String name, String array, int max) {
    List<String> strings = new ArrayList<>();
    try (JsonParser parser = FACTORY.createParser(array)) {
      parser.nextToken();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (strings.size() == max) {
          throw CommandRejected.badRequest(name + ": must have at most " + max + " elements");
        }
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
          throw CommandRejected.badRequest(name + "[" + strings.size() + "]: must be a string");
        }
        strings.add(checked(parser.getText()));
      }
      return strings;
    } catch (IOException e) {
      throw CommandRejected.badRequest(name + ": is not valid JSON");
    }
  }

  /** The objects of an array that {@link #readInto} has read as the text of one. */
  static List<JsonObject> objects(String name, String array, int max) {
    List<JsonObject> objects = new ArrayList<>();
    try (JsonParser parser = FACTORY.createParser(array)) {
      parser.nextToken();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (objects.size() == max) {
          throw CommandRejected.badRequest(name + ": must have at most " + max + " elements");
        }
        String element = name + "[" + objects.size() + "]";
        if (parser.currentToken() != JsonToken.START_OBJECT) {
          throw CommandRejected.badRequest(element + ": must be an object");
        }
        int start = start(parser);
        parser.skipChildren();
        objects.add(element(element, array.substring(start, end(parser))));
      }
      return objects;
    } catch (IOException e) {
      throw CommandRejected.badRequest(name + ": is not valid JSON");
    }
  }

  private static JsonObject element(String name, String text) {
    try {
      return object(text);
    } catch (CommandRejected e) {
      throw e.in(name);
    }
  }

  private static Field field(JsonParser parser, String text) throws IOException {
    JsonToken token = Objects.requireNonNull(parser.nextToken());
    return switch (token) {
      case VALUE_STRING -> {
        int start = start(parser);
        String decoded = checked(parser.getText());
        yield new Field(Kind.STRING, decoded, slice(text, start, end(parser)));
      }
      case VALUE_NUMBER_INT -> scalar(Kind.INTEGER, parser);
      case VALUE_NUMBER_FLOAT -> scalar(Kind.DECIMAL, parser);
      case VALUE_TRUE, VALUE_FALSE -> scalar(Kind.BOOLEAN, parser);
      case VALUE_NULL -> scalar(Kind.NULL, parser);
      case START_OBJECT, START_ARRAY -> nested(parser, text, token);
      default -> throw CommandRejected.badRequest("is not valid JSON");
    };
  }

  private static Field nested(JsonParser parser, String text, JsonToken opening)
      throws IOException {
    int start = start(parser);
    int depth = 1;
    while (depth > 0) {
      JsonToken token = parser.nextToken();
      if (token == null) {
        throw CommandRejected.badRequest("is not valid JSON");
      }
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      } else if (token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME) {
        checked(parser.getText());
      }
    }
    JsonText json = slice(text, start, end(parser));
    Kind kind = opening == JsonToken.START_OBJECT ? Kind.OBJECT : Kind.ARRAY;
    return new Field(kind, json.value(), json);
  }

  private static Field scalar(Kind kind, JsonParser parser) throws IOException {
    String text = parser.getText();
    return new Field(kind, text, new JsonText(text));
  }

  private static int start(JsonParser parser) {
    return (int) parser.currentTokenLocation().getCharOffset();
  }

  private static int end(JsonParser parser) {
    return (int) parser.currentLocation().getCharOffset();
  }

  /**
   * Line breaks can stand only between tokens, where they mean nothing; on the wire they separate
   * frames and end SSE fields, so they become spaces here, once.
   */
  private static JsonText slice(String text, int start, int end) {
    String raw = text.substring(start, end);
    if (raw.indexOf('\n') >= 0 || raw.indexOf('\r') >= 0) {
      raw = raw.replace('\n', ' ').replace('\r', ' ');
    }
    return new JsonText(raw);
  }

  private static String checked(String text) {
    String unstorable = Characters.unstorableIn(text);
    if (unstorable != null) {
      throw CommandRejected.badRequest("strings must not contain " + unstorable);
    }
    return text;
  }
}
