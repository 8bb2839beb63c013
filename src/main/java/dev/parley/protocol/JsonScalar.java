package dev.parley.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.JsonPointerBasedFilter;
import com.fasterxml.jackson.core.filter.TokenFilter.Inclusion;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Finds one value in a JSON text without building anything of the rest, and reads no further than
 * that value. Any thread.
 */
public final class JsonScalar {
  private static final JsonFactory FACTORY = new JsonFactory();

  private JsonScalar() {}

  /**
   * The value at the pointer, as text; null when there is none, when it is null, an object or an
   * array, or when it is longer than {@code maxLength} characters. A string differs from a number
   * of the same digits.
   *
   * @param json a valid JSON value
   */
  public static @Nullable String at(JsonPointer pointer, String json, int maxLength) {
    try (JsonParser all = FACTORY.createParser(json);
        JsonParser found =
            new FilteringParserDelegate(
                all, new JsonPointerBasedFilter(pointer), Inclusion.ONLY_INCLUDE_ALL, false)) {
      JsonToken token = found.nextToken();
      if (token == null
          || !token.isScalarValue()
          || token == JsonToken.VALUE_NULL
          || found.getTextLength() > maxLength) {
        return null;
      }
      String text = found.getText();
      return token == JsonToken.VALUE_STRING ? '"' + text : text;
    } catch (IOException e) {
      // Only what was read and checked before is asked here.
      return null;
    }
  }
}
