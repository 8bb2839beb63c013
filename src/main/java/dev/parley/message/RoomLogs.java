package dev.parley.message;

import dev.parley.channel.RoomToBe;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;

/**
 * Makes a room's log before the transaction that creates the room and tells of it there: a log made
 * inside needs a second connection to the database, and those who hold all the first ones would
 * wait for each other. Blocks on the database.
 */
@ApplicationScoped
class RoomLogs {
  @Inject LogChannels logs;

  void prepare(@Observes RoomToBe room) {
    logs.prepare(List.of(room.channel()));
  }
}
