package dev.parley.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.message.MessagePublished;
import dev.parley.message.MessagePublished.Stored;
import dev.parley.presence.World.Node;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.EventName;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.ServerFrame.MessagePush;
import dev.parley.protocol.StreamPosition;
import dev.parley.protocol.UserId;
import dev.parley.protocol.UserRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is typing, over two nodes and with a clock that the test moves. */
class TypingTest {
  private static final String ROOM = "room:a";
  private static final Duration TICK = World.TICK;
  private static final Duration DEBOUNCE = Duration.ofMillis(400);

  private final World world = new World(2);
  private final Node a = world.node(0);
  private final Node b = world.node(1);
  private FakeReader ann;
  private FakeReader here;
  private FakeReader there;

  @BeforeEach
  void gather() {
    ann = in(a, "ann");
    here = in(a, "bob");
    there = in(b, "cid");
  }

  private static FakeReader in(Node node, String person) {
    FakeReader reader = node.connect(person);
    node.join(reader, ROOM);
    return reader;
  }

  @Test
  void readersOnAllNodesAreToldAndTheTypistIsNot() {
    FakeReader phone = in(b, "ann");
    a.type(ann, ROOM, true);
    world.pass(TICK);
    assertThat(here.events(ROOM, "ann")).containsExactly("true");
    assertThat(there.events(ROOM, "ann")).containsExactly("true");
    a.type(ann, ROOM, false);
    world.pass(DEBOUNCE);
    assertThat(here.events(ROOM, "ann")).containsExactly("true", "false");
    assertThat(there.events(ROOM, "ann")).containsExactly("true", "false");
    assertThat(ann.pushes).isEmpty();
    assertThat(phone.pushes).isEmpty();
  }

  @Test
  void whatIsSaidWithinTheDebounceIsOneSignalAndTheLastWordCounts() {
    a.type(ann, ROOM, true);
    for (int i = 0; i < 101; i++) {
      a.type(ann, ROOM, i % 2 == 1);
    }
    assertThat(world.signals).hasSize(1);
    world.pass(DEBOUNCE);
    assertThat(there.events(ROOM, "ann")).containsExactly("true", "false");
    world.pass(Duration.ofSeconds(10));
    assertThat(world.signals).hasSize(2);
    assertThat(a.typists.count()).isZero();
  }

  @Test
  void whoGoesOnTypingIsAnnouncedFarLessOftenThanTheySaySo() {
    for (int i = 0; i < 200; i++) {
      a.type(ann, ROOM, true);
      world.pass(TICK);
    }
    // Ten seconds.
    assertThat(world.signals).hasSizeBetween(5, 7);
    assertThat(there.events(ROOM, "ann")).containsOnly("true");
  }

  @Test
  void whoSaysNothingMoreIsTypingNoMore() {
    a.type(ann, ROOM, true);
    world.pass(Duration.ofMillis(4_900));
    assertThat(there.events(ROOM, "ann")).containsExactly("true");
    world.pass(TICK.multipliedBy(3));
    assertThat(there.events(ROOM, "ann")).containsExactly("true", "false");
  }

  @Test
  void whoHasSaidItOrIsGoneIsTypingNoMore() {
    a.type(ann, ROOM, true);
    world.pass(DEBOUNCE);
    a.typists.done(World.key(ROOM), new UserId("ann"));
    world.pass(TICK);
    assertThat(there.events(ROOM, "ann")).containsExactly("true", "false");
    world.pass(DEBOUNCE);
    a.type(ann, ROOM, true);
    world.pass(DEBOUNCE);
    a.close(ann);
    world.pass(TICK);
    assertThat(there.events(ROOM, "ann")).containsExactly("true", "false", "true", "false");
  }

  /** An erased person's messages have no author; an exception here would hide a committed one. */
  @Test
  void whatNobodyHasWrittenEndsNobodysTyping() {
    a.type(ann, ROOM, true);
    MessagePush push =
        new MessagePush(
            new ChannelName(ROOM),
            new StreamPosition("epoch", 1),
            new MessageId(new UUID(0, 1)),
            new EventName("person-erased"),
            JsonText.NULL,
            new UserRef("", null),
            Instant.EPOCH);
    a.typists.published(
        new MessagePublished(List.of(new Stored(World.key(ROOM), push, push.channel()))));
    assertThat(a.typists.count()).isEqualTo(1);
  }

  @Test
  void whoPollsTypesOnBetweenTwoPolls() {
    FakeReader poll = a.connect("dan", "polling");
    a.join(poll, ROOM);
    a.type(poll, ROOM, true);
    a.close(poll);
    world.pass(Duration.ofSeconds(2));
    assertThat(there.events(ROOM, "dan")).containsExactly("true");
  }

  @Test
  void theIndicatorOfAKilledNodeVanishesWithinSixSeconds() {
    a.type(ann, ROOM, true);
    world.pass(DEBOUNCE);
    a.type(ann, ROOM, true);
    a.kill();
    world.pass(Duration.ofMillis(5_600));
    assertThat(there.events(ROOM, "ann")).containsExactly("true", "false");
  }

  @Test
  void aLostLastWordLeavesNoIndicatorBehind() {
    a.type(ann, ROOM, true);
    world.pass(DEBOUNCE);
    world.lost = signal -> true;
    a.type(ann, ROOM, false);
    world.pass(Duration.ofMillis(5_600));
    assertThat(here.events(ROOM, "ann")).containsExactly("true", "false");
    assertThat(there.events(ROOM, "ann")).containsExactly("true", "false");
  }

  @Test
  void onlySoManyAreShownInOneChannel() {
    for (int i = 0; i < 50; i++) {
      a.type(in(a, "p" + i), ROOM, true);
    }
    world.pass(DEBOUNCE);
    assertThat(there.pushes).hasSize(TypingIndicators.MAX_SHOWN);
    world.pass(Duration.ofSeconds(10));
    assertThat(there.pushes).hasSize(2 * TypingIndicators.MAX_SHOWN);
    List<String> left = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      left.addAll(there.events(ROOM, "p" + i));
    }
    assertThat(left.stream().filter("true"::equals)).hasSize(TypingIndicators.MAX_SHOWN);
  }

  @Test
  void whoMayNotPublishDoesNotType() {
    assertThatThrownBy(() -> a.type(ann, "closed:a", true)).hasMessageContaining("publish");
    assertThatThrownBy(() -> a.type(ann, "plain:a", true)).hasMessageContaining("typing");
    assertThat(world.signals).isEmpty();
  }

  @Test
  void whoLeavesWithOneDeviceTypesOnWithAnother() {
    FakeReader phone = in(a, "ann");
    a.type(phone, ROOM, true);
    a.close(ann);
    world.pass(Duration.ofSeconds(2));
    assertThat(there.events(ROOM, "ann")).containsExactly("true");
    a.close(phone);
    world.pass(TICK);
    assertThat(there.events(ROOM, "ann")).containsExactly("true", "false");
  }

  @Test
  void onlySoManyReadersAreTold() {
    List<FakeReader> crowd = new ArrayList<>();
    for (int i = 0; i < Room.MAX_TOLD_OF_TYPING + 10; i++) {
      crowd.add(in(b, "p" + i));
    }
    a.type(ann, ROOM, true);
    world.pass(TICK);
    assertThat(there.events(ROOM, "ann")).containsExactly("true");
    assertThat(crowd.stream().filter(one -> !one.events(ROOM, "ann").isEmpty()))
        .hasSize(Room.MAX_TOLD_OF_TYPING - 1);
  }
}
