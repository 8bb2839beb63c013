package dev.parley.message;

import dev.parley.channel.RoomChanged;
import dev.parley.platform.Ids;
import dev.parley.protocol.Command.Publish;
import dev.parley.protocol.MessageId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;

/**
 * Writes what happens to a room into its log, in the transaction in which it happens: either both
 * are there or neither, and the order of the messages is that of the changes. It observes an event
 * because rooms are below the log and do not know it. The room's row is locked first and the head
 * of its log then, by everyone who locks both, so they never wait for each other in a circle.
 */
@ApplicationScoped
class RoomJournal {
  @Inject MessageLog log;
  @Inject Ids ids;

  void write(@Observes RoomChanged change) {
    Publish message =
        new Publish(
            change.channel().name(), change.event().eventName(), change.data(), null, false);
    log.appendWithin(
        List.of(
            new Append(change.channel(), change.by(), message, new MessageId(ids.timeOrdered()))));
  }
}
