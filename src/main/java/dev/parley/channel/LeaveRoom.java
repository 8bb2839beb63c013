package dev.parley.channel;

import dev.parley.channel.RoomDesk.Visit;
import dev.parley.protocol.CommandRejected;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;

/** A member leaves a room. Blocks on the database. */
@ApplicationScoped
class LeaveRoom {
  @Inject RoomDesk desk;

  /**
   * The caller is no member any more.
   *
   * @throws CommandRejected with {@code not_found} for who is no member, {@code conflict} for the
   *     last owner of a room that is not archived
   */
  @Transactional
  void handle(Caller caller, String roomId) {
    Visit visit = desk.enter(caller, roomId);
    RoomMember own = visit.own();
    if (own == null) {
      throw CommandRejected.notFound("user: is no member of the room");
    }
    desk.dismiss(visit, own, RoomEvent.MEMBER_LEFT);
  }
}
