package dev.parley.channel;

import dev.parley.platform.BlockingCalls;
import dev.parley.platform.FakeConfig;
import dev.parley.platform.Ids;
import dev.parley.protocol.UserId;
import dev.parley.ratelimit.RoomLimits;
import dev.parley.security.Caller;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.NotificationOptions;
import jakarta.enterprise.util.TypeLiteral;
import java.lang.annotation.Annotation;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The verbs and the policy of rooms over tables in memory. One thread. */
public final class RoomOffice {
  /** What was told in the rooms, in order. */
  final List<RoomChanged> told = new ArrayList<>();

  final FakeRoomStore store = new FakeRoomStore();
  final RoomAccess access = new RoomAccess();
  final ChannelPolicy policy =
      Declared.policy("room.subscribe", "members", "room.publish", "members");
  final CreateRoom create = new CreateRoom();
  final RenameRoom rename = new RenameRoom();
  final ArchiveRoom archive = new ArchiveRoom();
  final JoinRoom join = new JoinRoom();
  final InviteMember invite = new InviteMember();
  final LeaveRoom leave = new LeaveRoom();
  final RemoveMember remove = new RemoveMember();
  final ShowRooms show = new ShowRooms();

  /** Settings as pairs of a key and its value. */
  public RoomOffice(String... options) {
    Map<String, String> properties = new java.util.HashMap<>();
    for (int i = 0; i < options.length; i += 2) {
      properties.put(options[i], options[i + 1]);
    }
    RoomSettings settings = new RoomSettings(FakeConfig.settings(properties));
    RoomDesk desk = new RoomDesk();
    desk.store = store;
    desk.settings = settings;
    desk.clock = Clock.systemUTC();
    desk.changed = new Told();
    access.store = store;
    access.settings = settings;
    access.limit = RoomLimits.byDefault();
    access.calls = new BlockingCalls();
    access.prepare();
    policy.rooms = access;
    create.store = store;
    create.desk = desk;
    rename.desk = desk;
    archive.desk = desk;
    invite.desk = desk;
    invite.store = store;
    join.desk = desk;
    join.invite = invite;
    leave.desk = desk;
    remove.desk = desk;
    remove.store = store;
    show.desk = desk;
    show.store = store;
  }

  /** A room of this owner; its id. */
  public String room(Caller owner, Visibility visibility) {
    return create.handle(owner, new Ids().random(12), "room", visibility).id();
  }

  /** Lets somebody in, or gives them a role. */
  public void admit(Caller owner, String room, UserId user, @Nullable RoomRole role) {
    invite.handle(owner, room, user, role);
  }

  /** Puts somebody out; the caches of this node have not heard of it. */
  public void dismissUnheard(Caller owner, String room, UserId user) {
    List<RoomChanged> before = List.copyOf(told);
    remove.handle(owner, room, user);
    told.clear();
    told.addAll(before);
  }

  public ChannelPolicy policy() {
    return policy;
  }

  public RoomAccess access() {
    return access;
  }

  /** Keeps what is fired. */
  private final class Told implements Event<RoomChanged> {
    @Override
    public void fire(RoomChanged event) {
      told.add(event);
    }

    @Override
    public <U extends RoomChanged> CompletionStage<U> fireAsync(U event) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <U extends RoomChanged> CompletionStage<U> fireAsync(
        U event, NotificationOptions options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Event<RoomChanged> select(Annotation... qualifiers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <U extends RoomChanged> Event<U> select(Class<U> subtype, Annotation... qualifiers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <U extends RoomChanged> Event<U> select(
        TypeLiteral<U> subtype, Annotation... qualifiers) {
      throw new UnsupportedOperationException();
    }
  }
}
