package dev.parley.channel;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.UserId;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * What all changes of rooms have in common: finding the room and locking it, who looks after it,
 * the rules about its members, and telling what has happened. Inside a transaction only.
 */
@ApplicationScoped
class RoomDesk {
  @Inject RoomStore store;
  @Inject RoomSettings settings;
  @Inject Event<RoomChanged> changed;
  @Inject Clock clock;

  /**
   * A room, locked, and who is at it.
   *
   * @param own the caller's own place; null for who is no member
   */
  record Visit(Room room, Caller caller, @Nullable RoomMember own) {
    /** Whether the caller looks after the room: its owners do, and the operator. */
    boolean manages() {
      return (own != null && own.role() == RoomRole.OWNER) || caller.has(Caller.ADMIN);
    }

    @Nullable RoomRole role() {
      return own == null ? null : own.role();
    }
  }

  /**
   * Locks the room.
   *
   * @throws CommandRejected with {@code not_found} when it is not there for the caller
   */
  Visit enter(Caller caller, String roomId) {
    return visit(caller, store.lock(caller.org(), roomId));
  }

  /** The same without a lock, for who only looks. */
  Visit look(Caller caller, String roomId) {
    return visit(caller, store.find(caller.org(), roomId));
  }

  private Visit visit(Caller caller, @Nullable Room room) {
    if (room == null) {
      throw RoomAccess.notFound();
    }
    Visit visit = new Visit(room, caller, store.member(room, caller.user()));
    if (!room.isPublic() && visit.own == null && !caller.has(Caller.ADMIN)) {
      throw RoomAccess.notFound();
    }
    return visit;
  }

  /** The same, for who looks after the room. */
  Visit enterToManage(Caller caller, String roomId) {
    Visit visit = enter(caller, roomId);
    if (!visit.manages()) {
      throw CommandRejected.forbidden("room: only its owners may do that");
    }
    return visit;
  }

  void requireOpen(Room room) {
    if (room.isArchived()) {
      throw new CommandRejected(ErrorCode.CONFLICT, "room: is archived");
    }
  }

  /**
   * Before an owner goes or becomes something else: somebody must be left to look after the room.
   * An archived one needs nobody.
   */
  void requireAnotherOwner(Room room, RoomMember leaving) {
    if (leaving.role() == RoomRole.OWNER && !room.isArchived() && store.owners(room) <= 1) {
      throw new CommandRejected(
          ErrorCode.CONFLICT, "room: its last owner must make somebody else an owner first");
    }
  }

  /** Lets somebody in, within the limits. */
  RoomMember admit(Visit visit, UserId user, RoomRole role) {
    Room room = visit.room();
    if (room.members() >= settings.maxMembers) {
      throw new CommandRejected(
          ErrorCode.LIMIT_EXCEEDED, "room: has at most " + settings.maxMembers + " members");
    }
    if (store.roomsOf(room.org(), user) >= settings.maxPerUser) {
      throw new CommandRejected(
          ErrorCode.LIMIT_EXCEEDED, "user: is in at most " + settings.maxPerUser + " rooms");
    }
    RoomMember member = new RoomMember(room, user, role, now());
    store.add(member);
    room.membersChanged(1);
    return member;
  }

  /** Lets somebody go. */
  void dismiss(Visit visit, RoomMember member, RoomEvent event) {
    requireAnotherOwner(visit.room(), member);
    store.remove(member);
    visit.room().membersChanged(-1);
    tell(visit, event, json -> user(json, member.user()));
  }

  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** Tells the members, in the same transaction. */
  void tell(Visit visit, RoomEvent event, JsonWriter.Body data) {
    Room room = visit.room();
    changed.fire(
        new RoomChanged(
            room.channel(),
            room.id(),
            visit.caller().ref(),
            event,
            new JsonText(JsonWriter.object(data))));
  }

  static void user(JsonGenerator json, UserId user) throws java.io.IOException {
    json.writeStringField("user", user.value());
  }
}
