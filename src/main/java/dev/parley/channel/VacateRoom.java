package dev.parley.channel;

import dev.parley.channel.RoomDesk.Visit;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes somebody out of a room who must not be there any more, even as its last owner: then the one
 * who has been there longest looks after it, and a room in which nobody is left is archived. Blocks
 * on the database.
 */
@ApplicationScoped
class VacateRoom {
  @PersistenceContext(unitName = "parley")
  EntityManager em;

  @Inject RoomDesk desk;
  @Inject RoomStore store;

  /** Whether the person was a member. */
  @Transactional(TxType.REQUIRES_NEW)
  boolean leave(OrgId org, UserId user, String roomId) {
    Room room = store.lock(org, roomId);
    RoomMember own = room == null ? null : store.member(room, user);
    if (room == null || own == null) {
      return false;
    }
    // No token says how the person is called, and nobody needs to know it any more.
    Caller leaving = new Caller(user, user.value(), org, Set.of(), Instant.MAX, "");
    Visit visit = new Visit(room, leaving, own);
    if (own.role() == RoomRole.OWNER && !room.isArchived() && store.owners(room) <= 1) {
      handOver(visit);
    }
    desk.dismiss(visit, own, RoomEvent.MEMBER_LEFT);
    return true;
  }

  private void handOver(Visit visit) {
    Room room = visit.room();
    RoomMember next = oldest(room, visit.caller().user());
    if (next == null) {
      room.archive(true);
      desk.tell(visit, RoomEvent.ROOM_ARCHIVED, json -> {});
      return;
    }
    next.become(RoomRole.OWNER);
    room.membersChanged(0);
    desk.tell(visit, RoomEvent.MEMBER_CHANGED, data(next));
  }

  private static JsonWriter.Body data(RoomMember member) {
    return json -> {
      RoomDesk.user(json, member.user());
      json.writeStringField("role", member.role().wire());
    };
  }

  private @Nullable RoomMember oldest(Room room, UserId except) {
    return em.createQuery(
            "select m from RoomMember m where m.key.room = :room and m.key.user <> :user"
                + " order by m.joinedAt, m.key.user",
            RoomMember.class)
        .setParameter("room", room.id())
        .setParameter("user", except.value())
        .setMaxResults(1)
        .getResultStream()
        .findFirst()
        .orElse(null);
  }

  /** Nobody has created these rooms any more. */
  @Transactional(TxType.REQUIRES_NEW)
  void forgetCreator(OrgId org, UserId user) {
    // Native, because for JPA the creator never changes.
    em.createNativeQuery(
            "update room set created_by = null where org = :org and created_by = :user")
        .setParameter("org", org.value())
        .setParameter("user", user.value())
        .executeUpdate();
  }
}
