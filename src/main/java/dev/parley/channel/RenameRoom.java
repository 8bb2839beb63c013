package dev.parley.channel;

import dev.parley.channel.RoomDesk.Visit;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;

/** Gives a room another name. Blocks on the database. */
@ApplicationScoped
class RenameRoom {
  @Inject RoomDesk desk;

  /**
   * The room under its new name; nothing happens when it has that name already.
   *
   * @throws dev.parley.protocol.CommandRejected with {@code not_found}, {@code forbidden}, {@code
   *     conflict} for an archived room
   */
  @Transactional
  RoomView handle(Caller caller, String roomId, String name) {
    Visit visit = desk.enterToManage(caller, roomId);
    desk.requireOpen(visit.room());
    String before = visit.room().title();
    if (!before.equals(name)) {
      visit.room().rename(name);
      desk.tell(
          visit,
          RoomEvent.ROOM_RENAMED,
          json -> {
            json.writeStringField("name", name);
            json.writeStringField("before", before);
          });
    }
    return RoomView.of(visit.room(), visit.role());
  }
}
