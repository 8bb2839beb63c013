package dev.parley.testkit;

import com.fasterxml.jackson.databind.JsonNode;

/** A message as a subscriber received it. The value is unique among all attempts of a test. */
public record Receipt(Position position, String messageId, String value) {
  /** The receipt of a message push whose data is a text. */
  public static Receipt of(JsonNode message) {
    return new Receipt(
        Position.in(message), message.path("messageId").asText(), message.path("data").asText());
  }
}
