package dev.parley.channel;

import dev.parley.channel.RoomDesk.Visit;
import dev.parley.protocol.CommandRejected;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import org.jspecify.annotations.Nullable;

/** Somebody becomes a member of a public room by their own will. Blocks on the database. */
@ApplicationScoped
class JoinRoom {
  @Inject RoomDesk desk;
  @Inject InviteMember invite;

  /**
   * The caller's place in the room. Who is there already stays what they are; who looks after the
   * room may change that too.
   *
   * @throws CommandRejected with {@code not_found} for a private room, {@code forbidden} for a role
   *     that only an owner gives, {@code conflict} for an archived room, {@code limit_exceeded}
   */
  @Transactional
  MemberView handle(Caller caller, String roomId, @Nullable RoomRole role) {
    Visit visit = desk.enter(caller, roomId);
    RoomMember own = visit.own();
    if (visit.manages()) {
      return invite.seat(visit, caller.user(), own, role);
    }
    if (own != null && (role == null || role == own.role())) {
      return MemberView.of(own);
    }
    if (own != null || (role != null && role != RoomRole.MEMBER)) {
      throw CommandRejected.forbidden("role: only an owner gives it");
    }
    return invite.seat(visit, caller.user(), null, RoomRole.MEMBER);
  }
}
