package dev.parley.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.Rejection;
import dev.parley.security.Caller;
import dev.parley.security.Callers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may do what in a room, as a table: role × visibility × state × operation. */
class RoomPolicyTest {
  private final RoomOffice office = new RoomOffice();
  private final Caller owner = Callers.of("owner");
  private final Caller bob = Callers.of("bob");

  private static ChannelName channel(String room) {
    return new ChannelName("room:" + room);
  }

  /** s(ubscribe and history), p(ublish), m(anage); 404 for a room that is not there. */
  @ParameterizedTest
  @CsvSource({
    "owner,  PUBLIC,  false, spm",
    "member, PUBLIC,  false, sp-",
    "reader, PUBLIC,  false, s--",
    "nobody, PUBLIC,  false, sp-",
    "admin,  PUBLIC,  false, spm",
    "owner,  PRIVATE, false, spm",
    "member, PRIVATE, false, sp-",
    "reader, PRIVATE, false, s--",
    "nobody, PRIVATE, false, 404",
    "admin,  PRIVATE, false, --m",
    "owner,  PUBLIC,  true,  s-m",
    "member, PUBLIC,  true,  s--",
    "reader, PUBLIC,  true,  s--",
    "nobody, PUBLIC,  true,  s--",
    "admin,  PUBLIC,  true,  s-m",
    "owner,  PRIVATE, true,  s-m",
    "member, PRIVATE, true,  s--",
    "reader, PRIVATE, true,  s--",
    "nobody, PRIVATE, true,  404",
    "admin,  PRIVATE, true,  --m",
  })
  void theTable(String who, Visibility visibility, boolean archived, String expected) {
    String room = office.room(owner, visibility);
    Caller caller = who.equals("admin") ? Callers.of("bob", "admin") : bob;
    if (!who.equals("nobody") && !who.equals("admin")) {
      office.invite.handle(owner, room, bob.user(), RoomRole.of(who));
    }
    office.archive.handle(owner, room, archived);
    // Twice: what is remembered must be what the tables say.
    assertThat(rights(caller, room)).isEqualTo(expected);
    assertThat(rights(caller, room)).isEqualTo(expected);
  }

  private String rights(Caller caller, String room) {
    boolean subscribe = isAllowed(() -> office.policy.toSubscribe(caller, channel(room)));
    boolean publish = isAllowed(() -> office.policy.toPublish(caller, channel(room)));
    boolean manage = isAllowed(() -> office.archive.handle(caller, room, isArchived(room)));
    boolean there = isThere(caller, room);
    assertThat(subscribe || manage).isEqualTo(there);
    String found = (subscribe ? "s" : "-") + (publish ? "p" : "-") + (manage ? "m" : "-");
    return there ? found : "404";
  }

  private boolean isArchived(String room) {
    return office.store.find(Callers.ACME, room).isArchived();
  }

  private boolean isThere(Caller caller, String room) {
    return isAllowed(() -> office.show.one(caller, room));
  }

  private static boolean isAllowed(Runnable operation) {
    try {
      operation.run();
      return true;
    } catch (CommandRejected e) {
      assertThat(e.code()).isIn(ErrorCode.FORBIDDEN, ErrorCode.NOT_FOUND);
      return false;
    }
  }

  @Test
  void aPrivateRoomAndNoneAreRefusedInTheSameWords() {
    RoomOffice closed = new RoomOffice("parley.channels.room.on-demand", "false");
    String room = closed.room(owner, Visibility.PRIVATE);
    CommandRejected none = Rejection.of(() -> closed.policy.toSubscribe(bob, channel("none")));
    CommandRejected hidden = Rejection.of(() -> closed.policy.toSubscribe(bob, channel(room)));
    assertThat(hidden.code()).isEqualTo(ErrorCode.NOT_FOUND).isEqualTo(none.code());
    assertThat(hidden.text()).isEqualTo(none.text());
    // The same work for both: nobody can tell them apart by a clock either.
    int before = closed.store.queries;
    Rejection.of(() -> closed.policy.toSubscribe(bob, channel("none")));
    int forNone = closed.store.queries - before;
    Rejection.of(() -> closed.policy.toSubscribe(bob, channel(room)));
    assertThat(closed.store.queries - before).isEqualTo(2 * forNone);
  }

  @Test
  void aRoomThatNobodyHasCreatedIsPublicAndThenThere() {
    assertThat(office.store.find(Callers.ACME, "lobby")).isNull();
    assertThat(office.policy.permissions(bob, channel("lobby")))
        .containsExactly("subscribe", "history", "publish");
    assertThat(office.store.find(Callers.ACME, "lobby").isPublic()).isTrue();
  }

  @Test
  void aConversationCostsNoQueryForEachMessage() {
    String room = office.room(owner, Visibility.PRIVATE);
    for (int i = 0; i < 100; i++) {
      office.policy.toPublish(owner, channel(room));
    }
    assertThat(office.store.queries).isEqualTo(1);
  }

  @Test
  void whatIsRememberedIsTrustedForTwoChecksOnly() throws InterruptedException {
    RoomOffice quick = new RoomOffice("parley.rooms.access-check", "PT0.02S");
    String room = quick.room(owner, Visibility.PRIVATE);
    quick.invite.handle(owner, room, bob.user(), null);
    quick.policy.toPublish(bob, channel(room));
    quick.remove.handle(owner, room, bob.user());
    long removed = System.nanoTime();
    // Nobody has told this node and nothing is compared: time alone must end it.
    while (isAllowed(() -> quick.policy.toPublish(bob, channel(room)))) {
      assertThat(Duration.ofNanos(System.nanoTime() - removed)).isLessThan(Duration.ofSeconds(5));
      Thread.onSpinWait();
    }
    assertThat(quick.store.queries).isGreaterThan(1);
  }

  @Test
  void whoWasLetInJustNowIsNotRefusedFromMemory() {
    String room = office.room(owner, Visibility.PRIVATE);
    assertThat(isAllowed(() -> office.policy.toSubscribe(bob, channel(room)))).isFalse();
    office.invite.handle(owner, room, bob.user(), RoomRole.READER);
    assertThat(isAllowed(() -> office.policy.toSubscribe(bob, channel(room)))).isTrue();
    assertThat(isAllowed(() -> office.policy.toPublish(bob, channel(room)))).isFalse();
    office.invite.handle(owner, room, bob.user(), RoomRole.MEMBER);
    assertThat(isAllowed(() -> office.policy.toPublish(bob, channel(room)))).isTrue();
  }

  @Test
  void aRoomHasSoManyMembersAndAPersonSoManyRooms() {
    RoomOffice small =
        new RoomOffice("parley.rooms.max-members", "2", "parley.rooms.max-per-user", "3");
    String room = small.room(owner, Visibility.PUBLIC);
    small.join.handle(bob, room, null);
    assertThat(Rejection.of(() -> small.join.handle(Callers.of("eve"), room, null)).code())
        .isEqualTo(ErrorCode.LIMIT_EXCEEDED);
    small.room(bob, Visibility.PRIVATE);
    small.room(bob, Visibility.PRIVATE);
    assertThat(Rejection.of(() -> small.room(bob, Visibility.PUBLIC)).code())
        .isEqualTo(ErrorCode.LIMIT_EXCEEDED);
    small.leave.handle(bob, room);
    small.room(bob, Visibility.PUBLIC);
    small.join.handle(Callers.of("eve"), room, null);
  }

  @Test
  void nobodyCreatesRoomsWithoutLimitByReading() {
    for (int i = 0; i < 128; i++) {
      office.policy.toSubscribe(bob, channel("new" + i));
    }
    CommandRejected refused = Rejection.of(() -> office.policy.toSubscribe(bob, channel("newer")));
    assertThat(refused.code()).isEqualTo(ErrorCode.RATE_LIMITED);
    assertThat(office.store.find(Callers.ACME, "newer")).isNull();
    office.policy.toSubscribe(bob, channel("new0"));
    office.policy.toSubscribe(owner, channel("newer"));
  }
}
