package dev.parley.testkit;

import com.fasterxml.jackson.databind.JsonNode;

/** A place in a channel's log, as a client keeps it. */
public record Position(String epoch, long offset) {
  /** The position that an object's fields {@code epoch} and {@code offset} say. */
  public static Position in(JsonNode object) {
    JsonNode epoch = object.get("epoch");
    JsonNode offset = object.get("offset");
    if (epoch == null || offset == null || !offset.isIntegralNumber()) {
      throw new AssertionError("no position in " + object);
    }
    return new Position(epoch.asText(), offset.asLong());
  }

  public Position at(long newOffset) {
    return new Position(epoch, newOffset);
  }

  /** As {@code recover} takes it. */
  public JsonNode json() {
    return Json.object("epoch", epoch, "offset", offset);
  }

  /** As the query parameter {@code position} takes it. */
  public String query(String channel) {
    return channel + "," + epoch + "," + offset;
  }
}
