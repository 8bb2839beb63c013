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

/**
 * Readers over every transport and publishers, all on the first of two nodes until it sends them
 * away, and then on the other one. What they see is judged by the {@link HistoryChecker}.
 */
final class MovingLoad implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PUBLISHERS = 4;

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
  private final CountDownLatch warm = new CountDownLatch(PUBLISHERS * WARM_UP);

  MovingLoad(ServerUrl first, ServerUrl second, int sockets, int others) {
    nodes = List.of(first, second);
    tenant = new Tenant(first);
    judge = tenant.person("judge");
    checker = new HistoryChecker(room);
    for (int i = 0; i < sockets; i++) {
      RecoveringClient socket = reader(Transport.WEBSOCKET, i);
      this.sockets.add(socket);
      readers.add(socket);
    }
    for (int i = 0; i < others; i++) {
      readers.add(reader(Transport.SSE, i));
      readers.add(reader(Transport.POLLING, i));
    }
  }

  private RecoveringClient reader(Transport transport, int number) {
    RecoveringClient reader =
        new RecoveringClient(
            nodes,
            tenant.person("reader").token(),
            room,
            checker.subscriber(transport + "-" + number),
            new Random(number));
    reader.connectLive(transport);
    return reader;
  }

  /** Begins to publish and returns when it is under way. */
  void start() throws InterruptedException {
    for (int i = 0; i < PUBLISHERS; i++) {
      Person person = tenant.person("publisher");
      PersistentPublisher publisher =
          new PersistentPublisher(nodes.stream().map(person::at).toList(), room, "p" + i, checker);
      background.run(() -> publish(publisher));
    }
    warm.await();
  }

  private void publish(PersistentPublisher publisher) {
    try (publisher) {
      while (!over.get()) {
        publisher.publishNext();
        warm.countDown();
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
