package dev.parley.presence;

import dev.parley.cluster.Envelope;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.JsonObject;
import dev.parley.protocol.JsonReader;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.UserRef;
import org.jspecify.annotations.Nullable;

/** What nodes tell each other of somebody who types, on the topic of the channel. */
record TypingSignal(UserRef user, boolean typing) {
  /** No message's event: it has a space. */
  static final String EVENT = " typing";

  static Envelope of(ChannelKey channel, UserRef user, boolean typing, long time) {
    String body =
        JsonWriter.object(
            json -> {
              json.writeStringField("id", user.id());
              if (user.name() != null) {
                json.writeStringField("name", user.name());
              }
              json.writeBooleanField("typing", typing);
            });
    return new Envelope(channel, null, EVENT, time, body);
  }

  /** The signal; null when it is another one, or of a release that we do not understand. */
  static @Nullable TypingSignal in(Envelope envelope) {
    if (!envelope.event().equals(EVENT)) {
      return null;
    }
    try {
      JsonObject body = JsonReader.object(envelope.body());
      return new TypingSignal(
          new UserRef(body.string("id"), body.optionalString("name")), body.flag("typing", false));
    } catch (CommandRejected e) {
      return null;
    }
  }
}
