package dev.parley.channel;

import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import org.jspecify.annotations.Nullable;

/** Changes what a request names, all of it or nothing. Blocks on the database. */
@ApplicationScoped
class ChangeRoom {
  @Inject RenameRoom rename;
  @Inject ArchiveRoom archive;
  @Inject ShowRooms show;

  /**
   * The room behind all changes.
   *
   * @throws dev.parley.protocol.CommandRejected as the single changes do
   */
  @Transactional
  RoomView handle(Caller caller, String roomId, @Nullable String name, @Nullable Boolean archived) {
    // Opened first and closed last: what is archived has no other changes.
    if (archived != null && !archived) {
      RoomView unused = archive.handle(caller, roomId, false);
    }
    if (name != null) {
      RoomView unused = rename.handle(caller, roomId, name);
    }
    if (archived != null && archived) {
      RoomView unused = archive.handle(caller, roomId, true);
    }
    return show.one(caller, roomId);
  }
}
