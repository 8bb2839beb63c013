package dev.parley.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Reads a {@code text/event-stream} as a browser does (WHATWG HTML, section 9.2.6): byte order
 * mark, the three line endings, comments, empty ids, digits of retry, several lines of data. Feed
 * it from one thread.
 */
public final class SseParser {
  private final Consumer<SseEvent> events;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final StringBuilder data = new StringBuilder();
  private String name = "";
  private String idBuffer = "";
  private String lastEventId = "";
  private long retryMs = -1;
  private int comments;
  private boolean firstLine = true;
  private boolean afterCarriageReturn;

  public SseParser(Consumer<SseEvent> events) {
    this.events = events;
  }

  /** Reads what has arrived, cut anywhere. */
  public void feed(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      byte b = bytes.get();
      boolean endsCrLf = b == '\n' && afterCarriageReturn;
      afterCarriageReturn = b == '\r';
      if (endsCrLf) {
        continue;
      }
      if (b == '\n' || b == '\r') {
        endOfLine();
      } else {
        line.write(b);
      }
    }
  }

  /** The id after the last complete event: what {@code Last-Event-ID} would say. */
  public String lastEventId() {
    return lastEventId;
  }

  /** The reconnection time that the stream has set; -1 when none. */
  public long retryMs() {
    return retryMs;
  }

  /** How many comment lines have come. */
  public int comments() {
    return comments;
  }

  private void endOfLine() {
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    if (firstLine) {
      firstLine = false;
      if (text.startsWith("\uFEFF")) {
        text = text.substring(1);
      }
    }
    if (text.isEmpty()) {
      dispatch();
      return;
    }
    int colon = text.indexOf(':');
    if (colon == 0) {
      comments++;
    } else if (colon < 0) {
      field(text, "");
    } else {
      int start = text.startsWith(" ", colon + 1) ? colon + 2 : colon + 1;
      field(text.substring(0, colon), text.substring(start));
    }
  }

  private void field(String field, String value) {
    switch (field) {
      case "event" -> name = value;
      case "data" -> data.append(value).append('\n');
      case "id" -> {
        if (value.indexOf('\0') < 0) {
          idBuffer = value;
        }
      }
      case "retry" -> {
        if (!value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
          retryMs = Long.parseLong(value);
        }
      }
      default -> {
        // Unknown fields are ignored.
      }
    }
  }

  private void dispatch() {
    lastEventId = idBuffer;
    if (data.length() > 0) {
      data.setLength(data.length() - 1);
      events.accept(new SseEvent(name.isEmpty() ? "message" : name, data.toString(), lastEventId));
    }
    data.setLength(0);
    name = "";
  }
}
