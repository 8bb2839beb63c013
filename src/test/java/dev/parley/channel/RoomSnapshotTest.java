package dev.parley.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.Operation;
import dev.parley.protocol.UserId;
import dev.parley.security.Caller;
import dev.parley.security.Callers;
import dev.parley.testkit.Json;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * P-08 for rooms: what a client knows from a snapshot and the messages behind it is what a fresh
 * snapshot says, whatever happens in which order. Seen to fail when it is not told that somebody
 * has left, and when who was removed stays a member.
 */
class RoomSnapshotTest {
  private static final List<String> PEOPLE = List.of("ann", "bob", "eve", "dan", "kim");
  private static final int STEPS = 60;

  /** What a client knows of a room. */
  private static final class View {
    String name = "";
    boolean archived;
    final Map<String, String> members = new TreeMap<>();

    static View fresh(RoomOffice office, String room, Caller caller) {
      RoomView shown = office.show.one(caller, room);
      View view = new View();
      view.name = shown.name();
      view.archived = shown.archived();
      office
          .show
          .members(caller, room, "", 1000)
          .forEach(one -> view.members.put(one.user().value(), one.role().wire()));
      assertThat(shown.members()).isEqualTo(view.members.size());
      return view;
    }

    void apply(RoomChanged push) {
      JsonNode data = Json.parse(push.data().value());
      String user = data.path("user").asText();
      switch (push.event()) {
        case ROOM_CREATED -> name = data.get("name").asText();
        case ROOM_RENAMED -> {
          assertThat(data.get("before").asText()).isEqualTo(name);
          name = data.get("name").asText();
        }
        case ROOM_ARCHIVED -> archived = true;
        case ROOM_RESTORED -> archived = false;
        case MEMBER_JOINED -> assertThat(members.put(user, role(data))).isNull();
        case MEMBER_CHANGED -> assertThat(members.put(user, role(data))).isNotNull();
        case MEMBER_LEFT, MEMBER_REMOVED -> assertThat(members.remove(user)).isNotNull();
      }
    }

    private static String role(JsonNode data) {
      return data.get("role").asText();
    }

    void assertSame(View other) {
      assertThat(name).isEqualTo(other.name);
      assertThat(archived).isEqualTo(other.archived);
      assertThat(members).isEqualTo(other.members);
    }
  }

  @Property(tries = 3000)
  void aSnapshotWithThePushesBehindItIsAFreshSnapshot(@ForAll long seed) {
    Random random = new Random(seed);
    RoomOffice office = new RoomOffice("parley.rooms.max-members", "4");
    Caller admin = Callers.of("root", "admin");
    Visibility visibility = List.of(Visibility.values()).get(random.nextInt(2));
    String room = office.room(Callers.of("ann"), visibility);
    int begin = random.nextInt(STEPS);
    View view = new View();
    int from = 0;
    for (int step = 0; step < STEPS; step++) {
      if (step == begin) {
        view = View.fresh(office, room, admin);
        from = office.told.size();
      }
      act(office, room, random);
      assertSomebodyLooksAfterIt(office, room, admin);
    }
    office.told.subList(from, office.told.size()).forEach(view::apply);
    view.assertSame(View.fresh(office, room, admin));
    assertReadersAreThoseWhoMay(office, room, visibility);
  }

  private static void act(RoomOffice office, String room, Random random) {
    Caller caller = Callers.of(pick(random));
    UserId other = new UserId(pick(random));
    RoomRole role = List.of(RoomRole.values()).get(random.nextInt(3));
    try {
      switch (random.nextInt(8)) {
        case 0 -> office.join.handle(caller, room, random.nextBoolean() ? null : role);
        case 1, 2, 3 -> office.invite.handle(caller, room, other, role);
        case 4 -> office.leave.handle(caller, room);
        case 5 -> office.remove.handle(caller, room, other);
        case 6 -> office.rename.handle(caller, room, "name " + random.nextInt(3));
        default -> office.archive.handle(caller, room, random.nextInt(3) == 0);
      }
    } catch (CommandRejected e) {
      // Whoever may not do it changes nothing and says nothing: the comparison would show it.
    }
  }

  private static String pick(Random random) {
    return PEOPLE.get(random.nextInt(PEOPLE.size()));
  }

  private static void assertSomebodyLooksAfterIt(RoomOffice office, String room, Caller admin) {
    View now = View.fresh(office, room, admin);
    assertThat(now.members).hasSizeLessThanOrEqualTo(4);
    if (!now.archived && !now.members.isEmpty()) {
      // Left by its last owner while it was archived, it is the operator's to look after.
      boolean wasArchived =
          office.told.stream().anyMatch(one -> one.event() == RoomEvent.ROOM_ARCHIVED);
      assertThat(now.members.containsValue("owner") || wasArchived).isTrue();
    }
  }

  private static void assertReadersAreThoseWhoMay(
      RoomOffice office, String room, Visibility visibility) {
    for (String person : PEOPLE) {
      Caller caller = Callers.of(person);
      boolean member =
          office.store.member(office.store.find(Callers.ACME, room), caller.user()) != null;
      boolean reads;
      try {
        reads = office.policy.rightsNow(caller, channel(room)).allow(Operation.SUBSCRIBE);
      } catch (CommandRejected e) {
        reads = false;
      }
      assertThat(reads).as(person).isEqualTo(member || visibility == Visibility.PUBLIC);
    }
  }

  private static dev.parley.protocol.ChannelName channel(String room) {
    return new dev.parley.protocol.ChannelName("room:" + room);
  }
}
