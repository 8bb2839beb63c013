package dev.parley.message;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.Command.Publish;
import dev.parley.protocol.EventName;
import dev.parley.protocol.IdempotencyKey;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserRef;
import java.util.UUID;

/** Messages for tests, on their way into the log. */
final class Appends {
  private Appends() {}

  static ChannelKey channel(String org, String name) {
    return new ChannelKey(new OrgId(org), new ChannelName(name));
  }

  /** A message whose data is this text. */
  static Append of(ChannelKey channel, String text) {
    return of(channel, "ann", text, null);
  }

  static Append of(ChannelKey channel, String user, String text, String key) {
    Publish publish =
        new Publish(
            channel.name(),
            EventName.MESSAGE,
            new JsonText('"' + text + '"'),
            key == null ? null : new IdempotencyKey(key),
            false);
    return new Append(channel, new UserRef(user, null), publish, new MessageId(UUID.randomUUID()));
  }

  /** The text that {@link #of} was given. */
  static String text(JsonText data) {
    return data.value().substring(1, data.value().length() - 1);
  }

  static String text(Append append) {
    return text(append.publish().data());
  }
}
