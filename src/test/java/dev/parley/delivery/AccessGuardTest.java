package dev.parley.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.channel.RoomEvent;
import dev.parley.channel.RoomOffice;
import dev.parley.channel.RoomRole;
import dev.parley.channel.Visibility;
import dev.parley.cluster.Envelope;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.Rejection;
import dev.parley.protocol.StreamPosition;
import dev.parley.security.Caller;
import dev.parley.security.Callers;
import dev.parley.testkit.Await;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Access is checked while a channel is joined, and not only when it is. Seen to fail when the
 * subscriptions of those who were removed go on, and when versions are not compared.
 */
class AccessGuardTest {
  private final RoomOffice office = new RoomOffice();
  private final TestNode node = new TestNode(1);
  private final Caller ann = Callers.of("ann");
  private final Caller bob = Callers.of("bob");
  private String room;
  private ChannelKey channel;

  @BeforeEach
  void aRoom() {
    node.guard.access = office.access();
    node.guard.register();
    open(Visibility.PRIVATE);
  }

  private void open(Visibility visibility) {
    room = office.room(ann, visibility);
    channel = new ChannelKey(Callers.ACME, new ChannelName("room:" + room));
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private TestClient joined(Caller caller) {
    TestClient client = new TestClient(node);
    join(client, caller);
    return client;
  }

  private void join(TestClient client, Caller caller) {
    client.joined(new JoinRequest(office.policy().rightsNow(caller, channel.name()), null, 0));
  }

  private boolean isSubscribed(TestClient client) {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    client.subscriber.execute(() -> answer.complete(client.subscriber.isSubscribed(channel)));
    return Await.result("whether it is subscribed", answer);
  }

  private String ended() {
    return "unsubscribed " + channel.name() + ": " + AccessGuard.NO_MEMBER;
  }

  @Test
  void whoWasRemovedIsFoundByTheComparisonAndNobodyElseIs() {
    office.admit(ann, room, bob.user(), null);
    TestClient anns = joined(ann);
    TestClient bobs = joined(bob);
    office.dismissUnheard(ann, room, bob.user());
    office.access().check();
    bobs.events.await("the end", ended()::equals);
    node.publish(channel);
    anns.awaitOffset(channel, 1);
    assertThat(bobs.transport.frames()).noneMatch(frame -> frame.message() != null);
    assertThat(isSubscribed(bobs)).isFalse();
    assertThat(isSubscribed(anns)).isTrue();
  }

  @Test
  void theMessageThatSaysSoIsEnough() {
    office.admit(ann, room, bob.user(), null);
    TestClient bobs = joined(bob);
    office.dismissUnheard(ann, room, bob.user());
    node.bus.announce(
        new Envelope(
            channel,
            new StreamPosition(Messages.EPOCH, 1),
            RoomEvent.MEMBER_REMOVED.eventName().value(),
            0,
            "{}"));
    bobs.events.await("the end", ended()::equals);
  }

  @Test
  void whoLeavesAPublicRoomReadsOn() {
    open(Visibility.PUBLIC);
    office.admit(ann, room, bob.user(), null);
    TestClient bobs = joined(bob);
    office.dismissUnheard(ann, room, bob.user());
    office.access().check();
    node.publish(channel);
    bobs.awaitOffset(channel, 1);
    assertThat(isSubscribed(bobs)).isTrue();
  }

  /** The right was given by a version that is not the room's any more when it is used. */
  @Test
  void whoWasRemovedBetweenTheAnswerAndTheJoinIsFoundToo() {
    office.admit(ann, room, bob.user(), null);
    JoinRequest late = new JoinRequest(office.policy().rightsNow(bob, channel.name()), null, 0);
    office.dismissUnheard(ann, room, bob.user());
    TestClient bobs = new TestClient(node);
    bobs.joined(late);
    office.access().check();
    bobs.events.await("the end", ended()::equals);
  }

  @Test
  void aNewTokenThatAllowsLessEndsWhatItDoesNotAllow() {
    TestClient anns = joined(ann);
    anns.joined(JoinRequest.live(Messages.ALARM));
    anns.subscriber.review(name -> name.equals(channel.name()), Subscriber.NOT_ALLOWED);
    anns.events.await(
        "the end",
        ("unsubscribed " + Messages.ALARM.name() + ": " + Subscriber.NOT_ALLOWED)::equals);
    assertThat(isSubscribed(anns)).isTrue();
  }

  /** Whatever comes in whatever order: in the end those read who may, and nobody else does. */
  @Test
  void inTheEndOnlyMembersRead() {
    Random random = new Random(42);
    for (int round = 0; round < 200; round++) {
      open(Visibility.PRIVATE);
      Map<Caller, TestClient> clients = new LinkedHashMap<>();
      Set<Caller> members = new HashSet<>();
      for (String name : List.of("bob", "eve", "dan")) {
        clients.put(Callers.of(name), new TestClient(node));
      }
      for (int step = 0; step < 20; step++) {
        Caller caller = List.copyOf(clients.keySet()).get(random.nextInt(3));
        step(random, caller, clients.get(caller), members);
      }
      for (Map.Entry<Caller, TestClient> one : clients.entrySet()) {
        boolean member = members.contains(one.getKey());
        Await.until(
            "only members read",
            () -> {
              office.access().check();
              return member || !isSubscribed(one.getValue());
            });
        if (member) {
          join(one.getValue(), one.getKey());
          office.access().check();
          assertThat(isSubscribed(one.getValue())).isTrue();
        }
        one.getValue().subscriber.close();
      }
    }
  }

  private void step(Random random, Caller caller, TestClient client, Set<Caller> members) {
    switch (random.nextInt(4)) {
      case 0 -> {
        office.admit(ann, room, caller.user(), RoomRole.READER);
        members.add(caller);
      }
      case 1 -> {
        if (members.remove(caller)) {
          office.dismissUnheard(ann, room, caller.user());
        }
      }
      case 2 -> {
        if (members.contains(caller)) {
          join(client, caller);
        }
      }
      default -> office.access().check();
    }
  }

  @Test
  void whoWasRemovedOnAnotherNodePublishesNoMoreWhenThatIsHeard() {
    office.admit(ann, room, bob.user(), null);
    TestClient anns = joined(ann);
    office.policy().toPublish(bob, channel.name());
    office.dismissUnheard(ann, room, bob.user());
    // From memory, as nobody has told this node.
    office.policy().toPublish(bob, channel.name());
    node.guard.heard(
        new Envelope(
            channel,
            new StreamPosition("epoch-1", 1),
            RoomEvent.MEMBER_REMOVED.eventName().value(),
            0,
            "{}"));
    assertThat(Rejection.of(() -> office.policy().toPublish(bob, channel.name())).code())
        .isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(isSubscribed(anns)).isTrue();
  }
}
