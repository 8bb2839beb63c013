package dev.parley.channel;

import dev.parley.channel.RoomDesk.Visit;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.UserId;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;

/** An owner puts somebody out of a room. Blocks on the database. */
@ApplicationScoped
class RemoveMember {
  @Inject RoomStore store;
  @Inject RoomDesk desk;

  /**
   * {@code user} is no member any more, and receives nothing from a private room any more.
   *
   * @throws CommandRejected with {@code not_found} for who is no member, {@code forbidden}, {@code
   *     conflict} for the last owner of a room that is not archived
   */
  @Transactional
  void handle(Caller caller, String roomId, UserId user) {
    Visit visit = desk.enterToManage(caller, roomId);
    RoomMember member = store.member(visit.room(), user);
    if (member == null) {
      throw CommandRejected.notFound("user: is no member of the room");
    }
    desk.dismiss(visit, member, RoomEvent.MEMBER_REMOVED);
  }
}
