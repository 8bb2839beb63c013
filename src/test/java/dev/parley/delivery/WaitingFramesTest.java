package dev.parley.delivery;

import static dev.parley.delivery.Messages.ALARM;
import static dev.parley.delivery.Messages.EPOCH;
import static dev.parley.delivery.Messages.HINT;
import static dev.parley.delivery.Messages.PULSE;
import static dev.parley.delivery.Messages.QUOTE;
import static dev.parley.delivery.Messages.ROOM;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.channel.Lane;
import dev.parley.protocol.ChannelKey;
import dev.parley.testkit.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/** What leaves a connection's queue in which order, and what is left out of it. */
class WaitingFramesTest {
  private static final int HIGH_WATER = 64 << 10;
  private static final int LOW_WATER = 8 << 10;
  private static final List<ChannelKey> CHANNELS = List.of(ALARM, ROOM, QUOTE, PULSE, HINT);

  private static WaitingFrames frames() {
    return new WaitingFrames(
        Messages.settings(
            "queue-high-water", String.valueOf(HIGH_WATER),
            "queue-low-water", String.valueOf(LOW_WATER)));
  }

  private static OutboundFrame control(String json) {
    return OutboundFrame.control("reply", json);
  }

  private static List<String> drain(WaitingFrames frames) {
    return frames.next(Integer.MAX_VALUE).frames().stream().map(OutboundFrame::json).toList();
  }

  private static StreamMessage message(ChannelKey channel, long offset) {
    return Messages.message(channel, EPOCH, offset, channel.name().value() + " " + offset);
  }

  // Conflation -----------------------------------------------------------------------------------

  @Example
  void aNewerMessageReplacesTheOneThatWaitsUnderItsKeyAndTheNextOneSaysSo() {
    WaitingFrames frames = frames();
    frames.offer(Messages.quote(QUOTE, 1, "a"));
    frames.offer(Messages.quote(QUOTE, 2, "b"));
    frames.offer(Messages.quote(QUOTE, 3, "a"));
    frames.offer(Messages.quote(QUOTE, 4, null));
    frames.offer(Messages.quote(QUOTE, 5, null));
    frames.offer(Messages.quote(QUOTE, 6, "b"));
    assertThat(drain(frames))
        .containsExactly(
            "{\"offset\":3,\"data\":{\"symbol\":\"a\"},\"conflated\":2}",
            "{\"offset\":4,\"data\":{}}",
            "{\"offset\":5,\"data\":{}}",
            "{\"offset\":6,\"data\":{\"symbol\":\"b\"}}");
    assertThat(frames.bytes()).isZero();
  }

  @Example
  void whatHasLeftIsNotReplacedAndWhatIsSharedIsNotChanged() {
    WaitingFrames frames = frames();
    StreamMessage first = Messages.quote(QUOTE, 1, "a");
    StreamMessage second = Messages.quote(QUOTE, 2, "a");
    frames.offer(first);
    assertThat(frames.next(1).frames())
        .extracting(OutboundFrame::text)
        .containsExactly(first.text());
    frames.offer(second);
    assertThat(frames.next(1).frames().get(0).text()).isSameAs(second.text());
  }

  @Example
  void nothingIsReplacedAcrossAReplyThatSaysWhereTheChannelGoesOn() {
    WaitingFrames frames = frames();
    frames.offer(Messages.quote(QUOTE, 1, "a"));
    frames.offer(Messages.quote(QUOTE, 2, "a"));
    frames.addInTurn(control("subscribed"), QUOTE.name(), Lane.NORMAL);
    frames.offer(Messages.quote(QUOTE, 3, "a"));
    frames.addBehindAll(control("connected"));
    frames.offer(Messages.quote(QUOTE, 4, "a"));
    assertThat(drain(frames))
        .containsExactly(
            "{\"offset\":2,\"data\":{\"symbol\":\"a\"},\"conflated\":1}",
            "subscribed",
            "{\"offset\":3,\"data\":{\"symbol\":\"a\"}}",
            "connected",
            "{\"offset\":4,\"data\":{\"symbol\":\"a\"}}");
  }

  /** At the high-water mark a quote that waits can still be brought up to date. */
  @Example
  void aFullQueueTakesWhatReplacesSomethingAndRefusesTheRest() {
    WaitingFrames frames = frames();
    frames.offer(Messages.quote(QUOTE, 1, "a"));
    for (long offset = 1; frames.hasRoom(message(ROOM, offset)); offset++) {
      frames.offer(message(ROOM, offset));
    }
    long full = frames.bytes();
    assertThat(frames.hasRoom(Messages.quote(QUOTE, 2, "b"))).isFalse();
    for (long offset = 2; offset < 1000; offset++) {
      StreamMessage newer = Messages.quote(QUOTE, offset, "a");
      assertThat(frames.hasRoom(newer)).isTrue();
      frames.offer(newer);
    }
    assertThat(frames.bytes()).isBetween(full, full + 10);
  }

  /** Seen to fail without the clearing away: 100,000 are kept. */
  @Example
  void whatIsReplacedOverAndOverDoesNotPileUp() {
    FrameLane lane = new FrameLane();
    LastValues values = new LastValues(0);
    for (long offset = 1; offset <= 100_000; offset++) {
      StreamMessage message = Messages.quote(QUOTE, offset, "key " + offset % 3);
      OutboundFrame older = values.waitingFor(message);
      OutboundFrame frame = OutboundFrame.among(values, message);
      values.add(frame);
      lane.add(frame);
      if (older != null) {
        lane.replaced(older);
      }
      assertThat(lane.size()).isLessThan(200);
    }
    List<OutboundFrame> left = new ArrayList<>();
    lane.take(Integer.MAX_VALUE, left);
    assertThat(left)
        .extracting(frame -> frame.message().offset())
        .isEqualTo(List.of(99_998L, 99_999L, 100_000L));
    assertThat(lane.bytes()).isZero();
  }

  // Lanes ----------------------------------------------------------------------------------------

  /** Seen to fail when {@code connected} waits in the lane of normal messages. */
  @Example
  void urgentMessagesDoNotOvertakeTheReplyThatSaysFromWhereTheyGoOn() {
    WaitingFrames frames = frames();
    frames.offer(message(HINT, 1));
    frames.offer(message(ROOM, 1));
    frames.offer(message(ALARM, 1));
    frames.addBehindAll(control("connected"));
    frames.offer(message(HINT, 2));
    frames.offer(message(ROOM, 2));
    frames.offer(message(ALARM, 2));
    frames.add(control("pong"));
    assertThat(drain(frames))
        .containsExactly(
            "pong",
            "alarm:a 1",
            "room:a 1",
            "hint:a 1",
            "connected",
            "alarm:a 2",
            "room:a 2",
            "hint:a 2");
  }

  @Example
  void aReplyForOneChannelLeavesInTheLaneOfItsMessages() {
    WaitingFrames frames = frames();
    frames.offer(message(ROOM, 1));
    frames.offer(message(ALARM, 1));
    frames.addInTurn(control("subscribed alarm"), ALARM.name(), Lane.URGENT);
    frames.addInTurn(control("subscribed hint"), HINT.name(), Lane.BACKGROUND);
    frames.offer(message(ALARM, 2));
    frames.offer(message(HINT, 1));
    assertThat(drain(frames))
        .containsExactly(
            "alarm:a 1",
            "subscribed alarm",
            "alarm:a 2",
            "room:a 1",
            "subscribed hint",
            "hint:a 1");
  }

  @Example
  void whatIsUrgentHasRoomWhenWhatItOvertakesHasFilledTheQueue() {
    WaitingFrames frames = frames();
    long room = fill(frames, ROOM);
    assertThat(room).isPositive();
    assertThat(frames.hasRoom(message(HINT, 1))).isFalse();
    assertThat(frames.isLow(Lane.URGENT)).isTrue();
    assertThat(fill(frames, ALARM)).isPositive();
    assertThat(frames.isLow(Lane.URGENT)).isFalse();
    assertThat(frames.bytes()).isLessThan(2 * HIGH_WATER + 200);
  }

  private static long fill(WaitingFrames frames, ChannelKey channel) {
    long offset = 0;
    while (frames.hasRoom(message(channel, offset + 1))) {
      frames.offer(message(channel, ++offset));
    }
    return offset;
  }

  @Example
  void backgroundMessagesGiveWayFirstButAreNotStarved() {
    WaitingFrames frames = frames();
    long hints = fill(frames, HINT);
    assertThat(frames.bytes()).isBetween((long) LOW_WATER, LOW_WATER + 200L);
    long written = 0;
    for (long offset = 1; written < hints; offset++) {
      // Normal messages come as fast as they leave.
      while (frames.hasRoom(message(ROOM, offset))) {
        frames.offer(message(ROOM, offset++));
      }
      List<OutboundFrame> batch = frames.next(4096).frames();
      long now = batch.stream().filter(frame -> frame.lane() == Lane.BACKGROUND).count();
      assertThat(now).isBetween(1L, batch.size() / 4L);
      written += now;
    }
  }

  // The model ------------------------------------------------------------------------------------

  enum Kind {
    OFFER,
    TOGETHER,
    FLUSH,
    REPLY,
    REPLY_FOR_ALL,
    CONTROL
  }

  /** What happens next. */
  record Step(Kind kind, int channel, @Nullable String key, int size) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Kind> kinds =
        Arbitraries.frequency(
            Tuple.of(20, Kind.OFFER),
            Tuple.of(4, Kind.TOGETHER),
            Tuple.of(4, Kind.FLUSH),
            Tuple.of(1, Kind.REPLY),
            Tuple.of(1, Kind.REPLY_FOR_ALL),
            Tuple.of(1, Kind.CONTROL));
    return Combinators.combine(
            kinds,
            Arbitraries.integers().between(0, CHANNELS.size() - 1),
            Arbitraries.of("a", "b", "c").injectNull(0.2),
            Arbitraries.integers().between(1, 1000))
        .as(Step::new)
        .list()
        .ofMaxSize(300);
  }

  /** A queue with its publishers and its client. */
  private static final class Model {
    final WaitingFrames frames = frames();
    final Map<ChannelKey, Long> offered = new HashMap<>();
    final Map<ChannelKey, Long> received = new HashMap<>();

    /** The last offset for each key. */
    final Map<ChannelKey, Map<String, Long>> wanted = new HashMap<>();

    final Map<ChannelKey, Map<String, Long>> got = new HashMap<>();

    void step(Step step) {
      ChannelKey channel = CHANNELS.get(step.channel);
      Lane lane = Messages.NAMESPACES.of(channel.name()).lane();
      switch (step.kind) {
        case OFFER -> offer(channel, step.key);
        case TOGETHER -> together(channel);
        case FLUSH -> frames.next(step.size).frames().forEach(this::read);
        case REPLY -> frames.addInTurn(reply(List.of(channel)), channel.name(), lane);
        case REPLY_FOR_ALL -> frames.addBehindAll(reply(CHANNELS));
        case CONTROL -> frames.add(control("{}"));
      }
    }

    private void offer(ChannelKey channel, @Nullable String key) {
      long offset = offered.getOrDefault(channel, 0L) + 1;
      StreamMessage message = Messages.quote(channel, offset, key);
      if (frames.hasRoom(message)) {
        frames.offer(message);
        offered.put(channel, offset);
        String wantedKey = isConflated(channel) && key != null ? key : "only " + offset;
        wanted.computeIfAbsent(channel, any -> new HashMap<>()).put(wantedKey, offset);
      }
    }

    /** Two messages at once, as a busy channel has them for all its members. */
    private void together(ChannelKey channel) {
      long offset = offered.getOrDefault(channel, 0L);
      News news =
          News.of(
              List.of(
                  Messages.quote(channel, offset + 1, null),
                  Messages.quote(channel, offset + 2, null)));
      if (news.together() != null && frames.offerTogether(news.together())) {
        offered.put(channel, offset + 2);
        Map<String, Long> all = wanted.computeIfAbsent(channel, any -> new HashMap<>());
        all.put("only " + (offset + 1), offset + 1);
        all.put("only " + (offset + 2), offset + 2);
      } else {
        offer(channel, null);
        offer(channel, null);
      }
    }

    private static boolean isConflated(ChannelKey channel) {
      return Messages.NAMESPACES.of(channel.name()).conflateBy().isActive();
    }

    /** Says how far each channel had got. */
    private OutboundFrame reply(List<ChannelKey> channels) {
      Map<String, Long> ends = new HashMap<>();
      for (ChannelKey channel : channels) {
        ends.put(channel.name().value(), offered.getOrDefault(channel, 0L));
      }
      return control(Json.object("ends", ends).toString());
    }

    private void read(OutboundFrame frame) {
      JsonNode json = Json.parse(frame.json());
      if (frame.message() == null) {
        for (Map.Entry<String, JsonNode> end : json.path("ends").properties()) {
          assertThat(received.getOrDefault(Messages.channel(end.getKey()), 0L))
              .as("what came before the reply of " + end.getKey())
              .isEqualTo(end.getValue().asLong());
        }
        return;
      }
      ChannelKey channel = Messages.channel(frame.message().channel().value());
      long offset = json.get("offset").asLong();
      long before = received.getOrDefault(channel, 0L);
      assertThat(offset - json.path("conflated").asLong(0)).isEqualTo(before + 1);
      assertThat(json.has("conflated")).isEqualTo(offset != before + 1);
      received.put(channel, offset);
      String key = json.path("data").path("symbol").asText("");
      String gotKey = isConflated(channel) && !key.isEmpty() ? key : "only " + offset;
      got.computeIfAbsent(channel, any -> new HashMap<>()).put(gotKey, offset);
    }
  }

  /**
   * Whatever comes in whatever order: what leaves has increasing offsets, and what it says to have
   * been left out makes them gapless; the last message of each key, and each without a key,
   * arrives; a reply finds its reader exactly where it says.
   */
  @Property(tries = 500)
  void whatLeavesIsInOrderAndSaysWhatIsMissing(@ForAll("steps") List<Step> steps) {
    Model model = new Model();
    steps.forEach(model::step);
    model.frames.next(Integer.MAX_VALUE).frames().forEach(model::read);
    assertThat(model.received).isEqualTo(model.offered);
    assertThat(model.got).isEqualTo(model.wanted);
    assertThat(model.frames.bytes()).isZero();
  }
}
