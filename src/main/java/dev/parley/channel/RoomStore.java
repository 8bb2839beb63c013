package dev.parley.channel;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.TypedQuery;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The tables of rooms. All calls block; each joins its caller's transaction or has its own. */
@ApplicationScoped
@Transactional
class RoomStore {
  /** Members of one query, so that its statement does not grow without end. */
  private static final int CHUNK = 500;

  /** It is SQL because of the arrays: one statement, however many are asked for. */
  private static final String STANDINGS =
      """
      select asked.place, r.id, r.access_version, r.visibility, r.archived, m.role
      from unnest(cast(:places as int array), cast(:orgs as varchar array),
          cast(:rooms as varchar array), cast(:users as varchar array))
          as asked(place, org, room_id, user_id)
        join room r on r.org = asked.org and r.room_id = asked.room_id
        left join room_member m on m.room = r.id and m.user_id = asked.user_id
      """;

  @PersistenceContext(unitName = "parley")
  EntityManager em;

  @Inject Clock clock;

  /** How one person finds a room; null when there is none. One query, whatever the answer. */
  @Nullable RoomStanding standing(OrgId org, String roomId, UserId user) {
    return em.createQuery(
            "select new dev.parley.channel.RoomStanding("
                + "r.id, r.accessVersion, r.visibility, r.archived, m.role)"
                + " from Room r left join RoomMember m on m.key.room = r.id and m.key.user = :user"
                + " where r.org = :org and r.roomId = :room",
            RoomStanding.class)
        .setParameter("user", user.value())
        .setParameter("org", org.value())
        .setParameter("room", roomId)
        .getResultStream()
        .findFirst()
        .orElse(null);
  }

  /** The same for many at once; who finds none is missing. */
  Map<RoomPerson, RoomStanding> standings(List<RoomPerson> people) {
    List<?> rows =
        em.createNativeQuery(STANDINGS)
            .setParameter(
                "places", IntStream.range(0, people.size()).boxed().toArray(Integer[]::new))
            .setParameter("orgs", texts(people, one -> one.channel().org().value()))
            .setParameter("rooms", texts(people, one -> one.channel().name().local()))
            .setParameter("users", texts(people, one -> one.user().value()))
            .getResultList();
    Map<RoomPerson, RoomStanding> standings = new HashMap<>();
    for (Object row : rows) {
      Object[] columns = (Object[]) row;
      standings.put(people.get(((Number) columns[0]).intValue()), standing(columns));
    }
    return standings;
  }

  private static String[] texts(List<RoomPerson> people, Function<RoomPerson, String> text) {
    return people.stream().map(text).toArray(String[]::new);
  }

  private static RoomStanding standing(Object[] columns) {
    return new RoomStanding(
        ((Number) columns[1]).longValue(),
        ((Number) columns[2]).longValue(),
        Visibility.valueOf((String) columns[3]),
        (Boolean) columns[4],
        columns[5] == null ? null : RoomRole.valueOf((String) columns[5]));
  }

  /** A public room that nobody has created; fails when another node was first. */
  @Transactional(TxType.REQUIRES_NEW)
  void createOnDemand(ChannelKey channel) {
    String roomId = channel.name().local();
    add(
        new Room(
            channel.org(),
            roomId,
            roomId,
            Visibility.PUBLIC,
            null,
            clock.instant().truncatedTo(ChronoUnit.MILLIS)));
    em.flush();
  }

  /** Adds the room; it has its number then. */
  void add(Room room) {
    em.persist(room);
  }

  @Nullable Room find(OrgId org, String roomId) {
    return room(org, roomId).getResultStream().findFirst().orElse(null);
  }

  /** The same, which nobody else changes until the commit. */
  @Nullable Room lock(OrgId org, String roomId) {
    return room(org, roomId)
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .getResultStream()
        .findFirst()
        .orElse(null);
  }

  private TypedQuery<Room> room(OrgId org, String roomId) {
    return em.createQuery(
            "select r from Room r where r.org = :org and r.roomId = :room", Room.class)
        .setParameter("org", org.value())
        .setParameter("room", roomId);
  }

  @Nullable RoomMember member(Room room, UserId user) {
    return em.find(RoomMember.class, new RoomMember.Key(room.id(), user));
  }

  void add(RoomMember member) {
    em.persist(member);
  }

  void remove(RoomMember member) {
    em.remove(member);
  }

  long owners(Room room) {
    return em.createQuery(
            "select count(m) from RoomMember m where m.key.room = :room and m.role = :owner",
            Long.class)
        .setParameter("room", room.id())
        .setParameter("owner", RoomRole.OWNER)
        .getSingleResult();
  }

  /** In how many rooms this person is. */
  long roomsOf(OrgId org, UserId user) {
    return em.createQuery(
            "select count(m) from RoomMember m where m.org = :org and m.key.user = :user",
            Long.class)
        .setParameter("org", org.value())
        .setParameter("user", user.value())
        .getSingleResult();
  }

  /** Rooms behind this number that the person may know of, in the order of their numbers. */
  List<RoomView> list(OrgId org, UserId user, boolean onlyOwn, long after, int limit) {
    TypedQuery<Object[]> query =
        em.createQuery(
                "select r, m.role from Room r"
                    + " left join RoomMember m on m.key.room = r.id and m.key.user = :user"
                    + " where r.org = :org and r.id > :after"
                    + (onlyOwn
                        ? " and m.role is not null"
                        : " and (m.role is not null or r.visibility = :public)")
                    + " order by r.id",
                Object[].class)
            .setParameter("user", user.value())
            .setParameter("org", org.value())
            .setParameter("after", after)
            .setMaxResults(limit);
    if (!onlyOwn) {
      query.setParameter("public", Visibility.PUBLIC);
    }
    return query
        .getResultStream()
        .map(row -> RoomView.of((Room) row[0], (RoomRole) row[1]))
        .toList();
  }

  /** Members behind this user, in the order of their ids. */
  List<RoomMember> members(Room room, String after, int limit) {
    return em.createQuery(
            "select m from RoomMember m where m.key.room = :room and m.key.user > :after"
                + " order by m.key.user",
            RoomMember.class)
        .setParameter("room", room.id())
        .setParameter("after", after)
        .setMaxResults(limit)
        .getResultList();
  }

  /** The access versions of these rooms. */
  Map<Long, Long> versions(Collection<Long> rooms) {
    Map<Long, Long> versions = new HashMap<>();
    em.createQuery("select r.id, r.accessVersion from Room r where r.id in :rooms", Object[].class)
        .setParameter("rooms", rooms)
        .getResultStream()
        .forEach(row -> versions.put((Long) row[0], (Long) row[1]));
    return versions;
  }

  /** Which of these users may read the room. */
  RoomReaders readers(long roomId, Collection<UserId> users) {
    Room room = em.find(Room.class, roomId);
    if (room == null) {
      return new RoomReaders(0, false, Set.of());
    }
    if (room.isPublic()) {
      return new RoomReaders(room.accessVersion(), true, Set.of());
    }
    // The version first: a change that comes in between makes it look old, and so is found.
    List<String> ids = users.stream().map(UserId::value).toList();
    Set<UserId> found = new HashSet<>();
    for (List<String> chunk : chunks(ids)) {
      em.createQuery(
              "select m.key.user from RoomMember m where m.key.room = :room and m.key.user in :users",
              String.class)
          .setParameter("room", roomId)
          .setParameter("users", chunk)
          .getResultStream()
          .forEach(user -> found.add(new UserId(user)));
    }
    return new RoomReaders(room.accessVersion(), false, found);
  }

  private static List<List<String>> chunks(List<String> ids) {
    List<List<String>> chunks = new ArrayList<>();
    for (int from = 0; from < ids.size(); from += CHUNK) {
      chunks.add(ids.subList(from, Math.min(ids.size(), from + CHUNK)));
    }
    return chunks;
  }
}
