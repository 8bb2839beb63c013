package dev.parley.channel;

import dev.parley.channel.RoomDesk.Visit;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;

/** Creates a room of which the caller is the owner. Blocks on the database. */
@ApplicationScoped
class CreateRoom {
  @Inject RoomStore store;
  @Inject RoomDesk desk;

  /**
   * The new room.
   *
   * @param roomId one that nobody can guess: whether an id is taken would tell of private rooms
   * @throws dev.parley.protocol.CommandRejected with {@code limit_exceeded} when the caller is in
   *     too many rooms
   */
  @Transactional
  RoomView handle(Caller caller, String roomId, String name, Visibility visibility) {
    Room room = new Room(caller.org(), roomId, name, visibility, caller.user().value(), desk.now());
    store.add(room);
    Visit visit = new Visit(room, caller, null);
    desk.admit(visit, caller.user(), RoomRole.OWNER);
    desk.tell(
        visit,
        RoomEvent.ROOM_CREATED,
        json -> {
          json.writeStringField("name", name);
          json.writeStringField("visibility", visibility.wire());
        });
    return RoomView.of(room, RoomRole.OWNER);
  }
}
