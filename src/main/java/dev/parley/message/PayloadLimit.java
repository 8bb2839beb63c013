package dev.parley.message;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.JsonText;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** How large content may be, whether it is published or put in the place of other. Any thread. */
@ApplicationScoped
class PayloadLimit {
  @Inject MessageSettings settings;

  /** Whether the content is larger. */
  boolean isBelow(JsonText data) {
    return data.bytes() > settings.maxPayload;
  }

  /**
   * @throws CommandRejected with {@code too_large}
   */
  void check(JsonText data) {
    if (isBelow(data)) {
      throw new CommandRejected(
          ErrorCode.TOO_LARGE, "data: must have at most " + settings.maxPayload + " bytes");
    }
  }
}
