package dev.parley.admin;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.JsonObject;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;

/** Instants and spans in the bodies of an operator's calls. */
final class Times {
  /** Ten years: beyond that somebody has mistaken the unit. */
  static final long MAX_SECONDS = 315_360_000;

  private Times() {}

  /** The instant of an optional field, ISO 8601 in UTC. */
  static Instant optional(JsonObject fields, String name, Instant absent) {
    String text = fields.optionalString(name);
    if (text == null) {
      return absent;
    }
    try {
      Instant instant = Instant.parse(text);
      if (instant.isBefore(Instant.EPOCH) || instant.isAfter(absent.plusSeconds(MAX_SECONDS))) {
        throw CommandRejected.badRequest(name + ": is out of range");
      }
      return instant;
    } catch (DateTimeException e) {
      throw CommandRejected.badRequest(name + ": must be a time such as 2026-11-22T05:35:01Z");
    }
  }

  /** The end of a span of {@code seconds} that begins now. */
  static Instant end(JsonObject fields, Clock clock) {
    long seconds = fields.integer("seconds");
    if (seconds < 1 || seconds > MAX_SECONDS) {
      throw CommandRejected.badRequest("seconds: must be from 1 to " + MAX_SECONDS);
    }
    return clock.instant().plusSeconds(seconds);
  }
}
