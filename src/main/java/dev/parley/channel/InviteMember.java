package dev.parley.channel;

import dev.parley.channel.RoomDesk.Visit;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.UserId;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import org.jspecify.annotations.Nullable;

/** An owner lets somebody in, or makes a member something else. Blocks on the database. */
@ApplicationScoped
class InviteMember {
  @Inject RoomStore store;
  @Inject RoomDesk desk;

  /**
   * The place of {@code user} in the room; nothing happens when it was so already.
   *
   * @param role null for whatever they are, and a member when they are nothing yet
   * @throws CommandRejected with {@code not_found}, {@code forbidden}, {@code conflict} for an
   *     archived room or its last owner, {@code limit_exceeded}
   */
  @Transactional
  MemberView handle(Caller caller, String roomId, UserId user, @Nullable RoomRole role) {
    Visit visit = desk.enterToManage(caller, roomId);
    return seat(visit, user, store.member(visit.room(), user), role);
  }

  /** The same at a room that is locked already, by who may do it. */
  MemberView seat(Visit visit, UserId user, @Nullable RoomMember known, @Nullable RoomRole role) {
    desk.requireOpen(visit.room());
    if (known == null) {
      return admit(visit, user, role == null ? RoomRole.MEMBER : role);
    }
    if (role != null && role != known.role()) {
      change(visit, known, role);
    }
    return MemberView.of(known);
  }

  private MemberView admit(Visit visit, UserId user, RoomRole role) {
    RoomMember member = desk.admit(visit, user, role);
    tell(visit, RoomEvent.MEMBER_JOINED, member);
    return MemberView.of(member);
  }

  private void change(Visit visit, RoomMember member, RoomRole role) {
    desk.requireAnotherOwner(visit.room(), member);
    member.become(role);
    visit.room().membersChanged(0);
    tell(visit, RoomEvent.MEMBER_CHANGED, member);
  }

  private void tell(Visit visit, RoomEvent event, RoomMember member) {
    desk.tell(
        visit,
        event,
        json -> {
          RoomDesk.user(json, member.user());
          json.writeStringField("role", member.role().wire());
        });
  }
}
