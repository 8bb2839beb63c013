package dev.parley.publisher;

import java.util.Objects;

/** Fire it as a CDI event to publish, as by {@link Publisher#publish}. */
public record PublishRequest(String channel, String event, Object data) {
  public PublishRequest {
    Objects.requireNonNull(channel, "channel");
    Objects.requireNonNull(event, "event");
  }
}
