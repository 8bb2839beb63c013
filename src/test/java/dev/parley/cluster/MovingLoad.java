package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.Background;
import dev.parley.testkit.HistoryChecker;
import dev.parley.testkit.HistoryChecker.Verdict;
import dev.parley.testkit.PersistentPublisher;
import dev.parley.testkit.Person;
import dev.parley.testkit.RecoveringClient;
import dev.parley.testkit.RecoveringClient.Transport;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.Tenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Readers over every transport and publishers on two nodes, who turn to the other one when theirs
 * sends them away, breaks or falls silent. What they see is judged by the {@link HistoryChecker}.
 */
final class MovingLoad implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What every publisher has had stored before the test goes on. */
  private static final int WARM_UP = 10;

  final Tenant tenant;
  final HistoryChecker checker;
  private final Person judge;
  final List<RecoveringClient> readers = new ArrayList<>();
  final List<RecoveringClient> sockets = new ArrayList<>();
  private final String room = Tenant.room();
  private final List<ServerUrl> nodes;
  private final Background background = new Background();
  private final AtomicBoolean over = new AtomicBoolean();
  private final Size size;
  private final CountDownLatch warm;
  private final AtomicLong acknowledged = new AtomicLong();
  private final List<PersistentPublisher> publishers = new ArrayList<>();

  /**
   * How many there are.
   *
   * @param others readers over SSE, and as many that poll
   * @param pause of each publisher between two messages
   * @param onBoth whether half of them begin at the second node
   * @param silence after which they leave a node, and after which a publisher wants an answer
   */
  record Size(
      int sockets, int others, int publishers, Duration pause, boolean onBoth, Duration silence) {
    /** All at the first node, as fast as they can; slower when there are thousands to be told. */
    static Size onTheFirst(int sockets, int others) {
      Duration pause = Duration.ofMillis(sockets / 10 - 10);
      return new Size(sockets, others, 4, pause, false, Duration.ofSeconds(30));
    }

    /** Half of them at each node, 40 messages a second from each publisher at most. */
    static Size onBoth(int sockets, int others, int publishers) {
      return new Size(
          sockets, others, publishers, Duration.ofMillis(25), true, Duration.ofSeconds(4));
    }
  }

  MovingLoad(ServerUrl first, ServerUrl second, Size size) {
    this.size = size;
    warm = new CountDownLatch(size.publishers * WARM_UP);
    nodes = List.of(first, second);
    tenant = new Tenant(first);
    judge = tenant.person("judge");
    checker = new HistoryChecker(room);
    for (int i = 0; i < size.sockets; i++) {
      RecoveringClient socket = reader(Transport.WEBSOCKET, i);
      this.sockets.add(socket);
      readers.add(socket);
    }
    for (int i = 0; i < size.others; i++) {
      readers.add(reader(Transport.SSE, i));
      readers.add(reader(Transport.POLLING, i));
    }
  }

  private RecoveringClient reader(Transport transport, int number) {
    RecoveringClient reader =
        new RecoveringClient(
            nodesOf(number),
            tenant.person("reader").token(),
            room,
            checker.subscriber(transport + "-" + number),
            new Random(number));
    reader.connectLive(transport);
    return reader;
  }

  private List<ServerUrl> nodesOf(int number) {
    return size.onBoth && number % 2 == 1 ? List.of(nodes.get(1), nodes.get(0)) : nodes;
  }

  /** Begins to publish and returns when it is under way. */
  void start() throws InterruptedException {
    for (int i = 0; i < size.publishers; i++) {
      Person person = tenant.person("publisher");
      PersistentPublisher publisher =
          new PersistentPublisher(
              nodesOf(i).stream().map(person::at).toList(), room, "p" + i, checker, size.silence);
      publishers.add(publisher);
      background.run(() -> publish(publisher));
    }
    warm.await();
    // Not before: it is always something said.
    readers.forEach(reader -> reader.leaveWhenSilentFor(size.silence));
  }

  /** How many messages were acknowledged so far. */
  long acknowledged() {
    return acknowledged.get();
  }

  /** The longest that any message took from its first attempt to its acknowledgement, in order. */
  List<Duration> slowest() {
    return publishers.stream().map(PersistentPublisher::slowest).sorted().toList();
  }

  /** How often publishers have turned to the other node. */
  int moves() {
    return publishers.stream().mapToInt(PersistentPublisher::moves).sum();
  }

  /** The errors that publishers were answered. */
  List<String> refusals() {
    return publishers.stream().flatMap(publisher -> publisher.refusals().stream()).toList();
  }

  private void publish(PersistentPublisher publisher) {
    try (publisher) {
      while (!over.get()) {
        publisher.publishNext();
        acknowledged.incrementAndGet();
        warm.countDown();
        LockSupport.parkNanos(size.pause.toNanos());
      }
    }
  }

  /** Ends the publishing, lets everybody catch up at the second node, and judges. */
  Verdict finish() {
    over.set(true);
    background.await(PATIENCE);
    long last = judge.at(nodes.get(1)).api().historyAfter(room, 0).size();
    readers.forEach(reader -> reader.awaitOffset(last, PATIENCE));
    readers.forEach(RecoveringClient::assertNoFaults);
    Verdict verdict = checker.assertValid();
    assertThat(verdict.stored()).isEqualTo((int) last);
    return verdict;
  }

  @Override
  public void close() {
    over.set(true);
    readers.forEach(RecoveringClient::close);
    background.close();
  }
}
