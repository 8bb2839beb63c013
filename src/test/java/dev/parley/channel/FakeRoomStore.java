package dev.parley.channel;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import java.lang.reflect.Field;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The tables of rooms in memory. One thread at a time. */
final class FakeRoomStore extends RoomStore {
  private final Map<String, Room> rooms = new LinkedHashMap<>();
  private final Map<Room, Map<String, RoomMember>> members = new HashMap<>();

  /** How often somebody's standing was looked up. */
  int queries;

  private static String key(OrgId org, String roomId) {
    return org.value() + "/" + roomId;
  }

  private Map<String, RoomMember> members(Room room) {
    return members.computeIfAbsent(room, one -> new TreeMap<>());
  }

  private @Nullable Room byNumber(long id) {
    return rooms.values().stream().filter(room -> room.id() == id).findFirst().orElse(null);
  }

  @Override
  synchronized @Nullable RoomStanding standing(OrgId org, String roomId, UserId user) {
    queries++;
    Room room = rooms.get(key(org, roomId));
    if (room == null) {
      return null;
    }
    RoomMember member = member(room, user);
    return new RoomStanding(
        room.id(),
        room.accessVersion(),
        room.visibility(),
        room.isArchived(),
        member == null ? null : member.role());
  }

  @Override
  synchronized Map<RoomPerson, RoomStanding> standings(List<RoomPerson> people) {
    Map<RoomPerson, RoomStanding> standings = new HashMap<>();
    for (RoomPerson one : people) {
      RoomStanding standing =
          standing(one.channel().org(), one.channel().name().local(), one.user());
      if (standing != null) {
        standings.put(one, standing);
      }
    }
    return standings;
  }

  @Override
  synchronized void createOnDemand(ChannelKey channel) {
    String id = channel.name().local();
    add(new Room(channel.org(), id, id, Visibility.PUBLIC, null, Instant.EPOCH));
  }

  @Override
  synchronized void add(Room room) {
    number(room, rooms.size() + 1L);
    rooms.put(key(room.org(), room.roomId()), room);
  }

  /** What the database does on an insert. */
  private static void number(Room room, long id) {
    try {
      Field field = Room.class.getDeclaredField("id");
      field.setAccessible(true);
      field.set(room, id);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a room has no number", e);
    }
  }

  @Override
  synchronized @Nullable Room find(OrgId org, String roomId) {
    return rooms.get(key(org, roomId));
  }

  @Override
  @Nullable Room lock(OrgId org, String roomId) {
    return find(org, roomId);
  }

  @Override
  synchronized @Nullable RoomMember member(Room room, UserId user) {
    return members(room).get(user.value());
  }

  @Override
  synchronized void add(RoomMember member) {
    members(byNumber(member.room())).put(member.user().value(), member);
  }

  @Override
  synchronized void remove(RoomMember member) {
    members(byNumber(member.room())).remove(member.user().value());
  }

  @Override
  synchronized long owners(Room room) {
    return members(room).values().stream().filter(one -> one.role() == RoomRole.OWNER).count();
  }

  @Override
  synchronized long roomsOf(OrgId org, UserId user) {
    return rooms.values().stream()
        .filter(room -> room.org().equals(org) && member(room, user) != null)
        .count();
  }

  @Override
  synchronized List<RoomMember> members(Room room, String after, int limit) {
    return members(room).values().stream()
        .filter(one -> one.user().value().compareTo(after) > 0)
        .limit(limit)
        .toList();
  }

  @Override
  synchronized List<RoomView> list(OrgId org, UserId user, boolean onlyOwn, long after, int limit) {
    List<RoomView> found = new ArrayList<>();
    for (Room room : rooms.values()) {
      RoomMember own = member(room, user);
      boolean shown = own != null || (!onlyOwn && room.isPublic());
      if (shown && room.org().equals(org) && room.id() > after && found.size() < limit) {
        found.add(RoomView.of(room, own == null ? null : own.role()));
      }
    }
    return found;
  }

  @Override
  synchronized Map<Long, Long> versions(Collection<Long> ids) {
    Map<Long, Long> versions = new HashMap<>();
    for (Room room : rooms.values()) {
      if (ids.contains(room.id())) {
        versions.put(room.id(), room.accessVersion());
      }
    }
    return versions;
  }

  @Override
  synchronized RoomReaders readers(long roomId, Collection<UserId> users) {
    Room room = byNumber(roomId);
    Set<UserId> found =
        users.stream().filter(user -> member(room, user) != null).collect(Collectors.toSet());
    return new RoomReaders(room.accessVersion(), room.isPublic(), found);
  }
}
