package dev.parley.testkit;

import com.fasterxml.jackson.databind.JsonNode;

/** One event of a stream: its name, its data and the id that the stream has reached with it. */
public record SseEvent(String name, String data, String lastEventId) {
  public JsonNode json() {
    return Json.parse(data);
  }
}
