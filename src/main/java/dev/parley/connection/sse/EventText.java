package dev.parley.connection.sse;

import java.nio.charset.StandardCharsets;

/**
 * Writes the text of an event stream (WHATWG HTML, section 9.2.5): whatever is in a field, it stays
 * in its field. For one thread.
 */
final class EventText {
  private final StringBuilder text = new StringBuilder();

  /** The next event has this name; {@code message} is what it has without. */
  EventText event(String name) {
    return name.equals("message") ? this : field("event", oneLine(name));
  }

  /** What a browser gives back as {@code Last-Event-ID}. */
  EventText id(String id) {
    return field("id", oneLine(id));
  }

  /** How soon a browser reconnects. */
  EventText retry(long millis) {
    return field("retry", Long.toString(millis));
  }

  /** What the event holds: a field for each line. */
  EventText data(String data) {
    return lines("data", data);
  }

  /** What nobody reads: a comment for each line. */
  EventText comment(String comment) {
    return lines("", comment);
  }

  /** The event is complete. */
  EventText end() {
    text.append('\n');
    return this;
  }

  byte[] bytes() {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private EventText lines(String field, String value) {
    if (isOneLine(value)) {
      return field(field, value);
    }
    for (String line : value.split("\r\n|\r|\n", -1)) {
      field(field, line);
    }
    return this;
  }

  private EventText field(String name, String value) {
    text.append(name).append(':');
    if (!value.isEmpty()) {
      text.append(' ').append(value);
    }
    text.append('\n');
    return this;
  }

  private static boolean isOneLine(String value) {
    return value.indexOf('\n') < 0 && value.indexOf('\r') < 0;
  }

  private static String oneLine(String value) {
    return isOneLine(value) ? value : value.replaceAll("[\r\n]", "");
  }
}
