package dev.parley.channel;

import dev.parley.channel.RoomDesk.Visit;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;

/** Shows rooms and their members to who may know of them. Blocks on the database. */
@ApplicationScoped
@Transactional
class ShowRooms {
  @Inject RoomStore store;
  @Inject RoomDesk desk;

  /**
   * One room.
   *
   * @throws dev.parley.protocol.CommandRejected with {@code not_found}
   */
  RoomView one(Caller caller, String roomId) {
    Visit visit = desk.look(caller, roomId);
    return RoomView.of(visit.room(), visit.role());
  }

  /** Public rooms and those of the caller, or only these, behind the room of this number. */
  List<RoomView> list(Caller caller, boolean onlyOwn, long after, int limit) {
    return store.list(caller.org(), caller.user(), onlyOwn, after, limit);
  }

  /**
   * Members of a room, behind this user.
   *
   * @throws dev.parley.protocol.CommandRejected with {@code not_found}
   */
  List<MemberView> members(Caller caller, String roomId, String after, int limit) {
    Visit visit = desk.look(caller, roomId);
    return store.members(visit.room(), after, limit).stream().map(MemberView::of).toList();
  }
}
