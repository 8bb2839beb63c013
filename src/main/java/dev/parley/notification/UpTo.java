package dev.parley.notification;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.JsonObject;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * How far somebody has seen: a number of the person's own notifications and one of the tenant's.
 * Two numbers, because what comes to one person and what comes to all are stored side by side, and
 * only a number of each says exactly what was there.
 */
public record UpTo(long user, long tenant) {
  /** Everything that there is. */
  static final UpTo ALL = new UpTo(Long.MAX_VALUE, Long.MAX_VALUE);

  /** What {@code upTo} says; all that there is when the body has none. */
  static UpTo in(JsonObject body) {
    if (!body.has("upTo")) {
      return ALL;
    }
    JsonObject upTo = body.object("upTo");
    return new UpTo(number(upTo, "user"), number(upTo, "tenant"));
  }

  private static long number(JsonObject upTo, String name) {
    long number;
    try {
      number = upTo.integer(name, 0);
    } catch (CommandRejected e) {
      throw CommandRejected.badRequest("upTo." + e.getMessage());
    }
    if (number < 0) {
      throw CommandRejected.badRequest("upTo." + name + ": must not be negative");
    }
    return number;
  }

  /**
   * The two numbers as one text, {@code 12.7}.
   *
   * @param field what to call it when it is refused
   */
  static UpTo parse(@Nullable String text, String field) {
    if (text == null) {
      return ALL;
    }
    if (!text.matches("[0-9]{1,18}\\.[0-9]{1,18}")) {
      throw CommandRejected.badRequest(field + ": must be one that you were given here");
    }
    int dot = text.indexOf('.');
    return new UpTo(
        Long.parseLong(text.substring(0, dot)), Long.parseLong(text.substring(dot + 1)));
  }

  /** No further than what there is. */
  UpTo within(long lastOfUser, long lastOfTenant) {
    return new UpTo(Math.min(user, lastOfUser), Math.min(tenant, lastOfTenant));
  }

  /** The field {@code upTo}. */
  void write(JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("upTo");
    json.writeNumberField("user", user);
    json.writeNumberField("tenant", tenant);
    json.writeEndObject();
  }

  @Override
  public String toString() {
    return user + "." + tenant;
  }
}
