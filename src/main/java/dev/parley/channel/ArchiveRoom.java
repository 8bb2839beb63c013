package dev.parley.channel;

import dev.parley.channel.RoomDesk.Visit;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;

/** Makes a room read-only, or opens it again. Blocks on the database. */
@ApplicationScoped
class ArchiveRoom {
  @Inject RoomDesk desk;

  /**
   * The room as it is now; nothing happens when it was so already. The message that says so is the
   * last one of an archived room.
   *
   * @throws dev.parley.protocol.CommandRejected with {@code not_found} or {@code forbidden}
   */
  @Transactional
  RoomView handle(Caller caller, String roomId, boolean archived) {
    Visit visit = desk.enterToManage(caller, roomId);
    if (visit.room().isArchived() != archived) {
      visit.room().archive(archived);
      desk.tell(visit, archived ? RoomEvent.ROOM_ARCHIVED : RoomEvent.ROOM_RESTORED, json -> {});
    }
    return RoomView.of(visit.room(), visit.role());
  }
}
