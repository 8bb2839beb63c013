package dev.parley.delivery;

import static dev.parley.delivery.Messages.ROOM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cluster.Envelope;
import dev.parley.message.LogReader.Head;
import dev.parley.protocol.StreamPosition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * O-07: whatever the bus loses, repeats or reorders, and however late the database answers, what is
 * delivered is the log. Schedules are made at random and compared with a list.
 */
class ChannelTailTest {
  private static final Logger LOG = Logger.getLogger(ChannelTail.class.getName());

  /** Thousands of databases fail here. */
  @BeforeContainer
  static void beQuiet() {
    LOG.setLevel(Level.OFF);
  }

  @AfterContainer
  static void beQuietNoMore() {
    LOG.setLevel(null);
  }

  /** What can happen next; {@code pick} says to which of those that wait. */
  enum Kind {
    APPEND,
    HEAR,
    HEAR_AGAIN,
    LOSE,
    QUERY,
    FAIL_QUERY,
    ANSWER,
    LOOK,
    CHECK,
    CHECK_LATE
  }

  record Step(Kind kind, int pick) {}

  /** A tail, its log, and everything on the way between the two. */
  private static final class World {
    final Deque<Runnable> queries = new ArrayDeque<>();
    final Deque<Runnable> answers = new ArrayDeque<>();
    final FakeLog log = new FakeLog(queries::add, answers::add);
    final List<Envelope> announced = new ArrayList<>();
    final List<Envelope> heard = new ArrayList<>();
    final List<StreamPosition> seen = new ArrayList<>();
    final List<StreamMessage> delivered = new ArrayList<>();
    final ChannelTail tail;

    World(int alreadyThere) {
      for (int i = 0; i < alreadyThere; i++) {
        delivered.add(log.append(ROOM));
      }
      tail =
          new ChannelTail(
              ROOM,
              Messages.NAMESPACES.of(ROOM.name()),
              new Head(1, log.end(ROOM)),
              log,
              List.of(new Dispatcher(TestNode.metrics().meter(), org -> 1)),
              0,
              TestNode.metrics());
    }

    void step(Step step) {
      switch (step.kind) {
        case APPEND -> announced.add(Messages.hint(ROOM, log.append(ROOM)));
        case HEAR -> hear(announced, step.pick, true);
        case HEAR_AGAIN -> hear(heard, step.pick, false);
        case LOSE -> remove(announced, step.pick);
        case QUERY -> run(queries);
        case FAIL_QUERY -> failQuery();
        case ANSWER -> run(answers);
        case LOOK -> seen.add(log.end(ROOM));
        case CHECK -> tail.check(log.end(ROOM));
        case CHECK_LATE -> checkLate(step.pick);
      }
      observe();
    }

    private void hear(List<Envelope> from, int pick, boolean once) {
      if (!from.isEmpty()) {
        Envelope envelope = from.get(pick % from.size());
        if (once) {
          from.remove(pick % from.size());
          heard.add(envelope);
        }
        tail.accept(envelope);
      }
    }

    private static void remove(List<Envelope> from, int pick) {
      if (!from.isEmpty()) {
        from.remove(pick % from.size());
      }
    }

    private void run(Deque<Runnable> waiting) {
      assertThat(queries.size() + answers.size()).as("one read at a time").isLessThanOrEqualTo(1);
      if (!waiting.isEmpty()) {
        waiting.poll().run();
      }
    }

    private void failQuery() {
      log.fail(new IllegalStateException("the database is out of reach"));
      run(queries);
      log.fail(null);
    }

    /** A position that was read a while ago. */
    private void checkLate(int pick) {
      if (!seen.isEmpty()) {
        tail.check(seen.get(pick % seen.size()));
      }
    }

    private void observe() {
      List<StreamMessage> news = tail.after(delivered.size());
      assertThat(news).as("the tail's memory reaches back far enough here").isNotNull();
      delivered.addAll(news);
      assertThat(delivered).isEqualTo(log.all(ROOM).subList(0, delivered.size()));
    }

    /** The database answers, and the periodic look comes by. */
    void settle() {
      readAll();
      tail.check(log.end(ROOM));
      readAll();
      observe();
    }

    void readAll() {
      while (!queries.isEmpty() || !answers.isEmpty()) {
        run(queries);
        run(answers);
      }
    }
  }

  /**
   * Seen to fail when a gap is delivered instead of repaired, when two repairs run at once, and
   * when a repair that failed is never tried again.
   */
  @Property(tries = 5000)
  void whatIsDeliveredIsTheLog(
      @ForAll @IntRange(max = 3) int alreadyThere, @ForAll("steps") List<Step> steps) {
    World world = new World(alreadyThere);
    steps.forEach(world::step);
    world.settle();
    assertThat(world.delivered).isEqualTo(world.log.all(ROOM));
    assertThat(world.tail.position()).isEqualTo(world.log.end(ROOM));
    assertThat(world.tail.isReplaced()).isFalse();
  }

  /**
   * Without a single position check: a hint that is heard is enough to repair all before it. Seen
   * to fail when a hint that comes during a repair is forgotten.
   */
  @Property(tries = 2000)
  void theLastHintBringsEverythingBeforeIt(@ForAll("steps") List<Step> steps) {
    World world = new World(0);
    steps.stream()
        .filter(step -> step.kind != Kind.CHECK && step.kind != Kind.CHECK_LATE)
        .forEach(world::step);
    world.readAll();
    world.tail.accept(Messages.hint(ROOM, world.log.append(ROOM)));
    world.readAll();
    world.observe();
    assertThat(world.delivered).isEqualTo(world.log.all(ROOM));
  }

  /** Retention runs while the tail is behind: it may give up, but never go on behind a hole. */
  @Property(tries = 2000)
  void aTrimmedLogEndsTheTailOrChangesNothing(
      @ForAll("steps") List<Step> steps, @ForAll("steps") List<Step> more) {
    World world = new World(0);
    steps.forEach(world::step);
    world.log.trimBefore(ROOM, world.log.end(ROOM).offset());
    more.forEach(world::step);
    world.step(new Step(Kind.APPEND, 0));
    world.settle();
    if (!world.tail.isReplaced()) {
      assertThat(world.delivered).isEqualTo(world.log.all(ROOM));
    }
  }

  @Example
  void theNextHintIsDeliveredWithoutTheLog() {
    World world = new World(2);
    world.tail.accept(Messages.hint(ROOM, world.log.append(ROOM)));
    assertThat(world.tail.position().offset()).isEqualTo(3);
    assertThat(world.queries).isEmpty();
  }

  /** Seen to fail when hints are not compared with what was delivered. */
  @Example
  void anOldHintCostsNothing() {
    World world = new World(2);
    Envelope next = Messages.hint(ROOM, world.log.append(ROOM));
    world.tail.accept(next);
    world.tail.accept(next);
    world.tail.accept(Messages.hint(ROOM, world.log.all(ROOM).get(0)));
    world.tail.check(world.log.end(ROOM).at(1));
    assertThat(world.queries).isEmpty();
  }

  @Example
  void aHintOfWhatTheLogDoesNotHaveDoesNotStopTheTail() {
    World world = new World(2);
    world.tail.accept(Messages.hint(ROOM, Messages.message(StreamPosition.MAX_OFFSET)));
    world.readAll();
    world.tail.accept(Messages.hint(ROOM, world.log.append(ROOM)));
    world.readAll();
    world.observe();
    assertThat(world.delivered).hasSize(3);
  }

  @Example
  void aHintOrAPositionOfAnotherEpochEndsTheTail() {
    World heard = new World(2);
    heard.tail.accept(Messages.hint(ROOM, Messages.message(ROOM, "epoch-2", 3, "{}")));
    assertThat(heard.tail.isReplaced()).isTrue();
    World checked = new World(2);
    checked.tail.check(new StreamPosition("epoch-2", 0));
    assertThat(checked.tail.isReplaced()).isTrue();
  }

  @Example
  void nothingIsDeliveredAnyMoreWhenTheLogWasReplaced() {
    World world = new World(2);
    Envelope next = Messages.hint(ROOM, world.log.append(ROOM));
    world.tail.check(new StreamPosition("epoch-2", 0));
    world.tail.accept(next);
    world.tail.check(world.log.end(ROOM));
    assertThat(world.tail.position().offset()).isEqualTo(2);
    assertThat(world.queries).isEmpty();
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Kind> kinds =
        Arbitraries.frequency(
            Tuple.of(6, Kind.APPEND),
            Tuple.of(6, Kind.HEAR),
            Tuple.of(2, Kind.HEAR_AGAIN),
            Tuple.of(2, Kind.LOSE),
            Tuple.of(3, Kind.QUERY),
            Tuple.of(1, Kind.FAIL_QUERY),
            Tuple.of(3, Kind.ANSWER),
            Tuple.of(1, Kind.LOOK),
            Tuple.of(1, Kind.CHECK),
            Tuple.of(1, Kind.CHECK_LATE));
    return Combinators.combine(kinds, Arbitraries.integers().between(0, 1000))
        .as(Step::new)
        .list()
        .ofMaxSize(150);
  }
}
