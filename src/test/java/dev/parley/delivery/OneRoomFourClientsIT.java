package dev.parley.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.Background;
import dev.parley.testkit.HistoryChecker;
import dev.parley.testkit.HistoryChecker.Subscription;
import dev.parley.testkit.HistoryChecker.Verdict;
import dev.parley.testkit.Pace;
import dev.parley.testkit.Person;
import dev.parley.testkit.Publisher;
import dev.parley.testkit.RecoveringClient;
import dev.parley.testkit.RecoveringClient.Transport;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two WebSockets, one stream and one polling client in one room with two publishers. */
class OneRoomFourClientsIT extends WireTest {
  private static final int EACH = 1_000;
  private static final int TOTAL = 2 * EACH;
  private static final int DISTURBANCES = 20;

  /** With the slack of the pace, fewer messages than one recovery gives. */
  private static final int STRIDE = 100;

  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final String room = Tenant.room();
  private final long seed = Long.getLong("parley.test.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final HistoryChecker checker = new HistoryChecker(room);
  private final Pace pace = new Pace(TOTAL);
  private final List<Subscription> journals = new ArrayList<>();
  private final List<RecoveringClient> clients = new ArrayList<>();

  @BeforeEach
  void fourClientsAreLive() {
    System.out.println("seed of " + room + ": -Dparley.test.seed=" + seed);
    client(Transport.WEBSOCKET);
    client(Transport.WEBSOCKET);
    client(Transport.SSE);
    client(Transport.POLLING);
  }

  private void client(Transport transport) {
    Person person = tenant.person("reader");
    Subscription journal = checker.subscriber(transport + " " + person.id());
    RecoveringClient client =
        new RecoveringClient(server, person.token(), room, journal, new Random(random.nextLong()));
    journals.add(journal);
    clients.add(client);
    client.connectLive(transport);
  }

  @AfterEach
  void theyLeave() {
    clients.forEach(RecoveringClient::close);
  }

  @Test
  void allReceiveTheSameMessagesInTheSameOrder() {
    runWhile(background -> clients.forEach(client -> follow(background, client)));
    assertThat(judge().rawDuplicates()).isZero();
  }

  @Test
  void allReceiveTheSameMessagesInTheSameOrderWhileEachIsCutAndResumedTwentyTimes() {
    runWhile(
        background -> {
          for (RecoveringClient client : clients) {
            Random own = new Random(random.nextLong());
            disturb(background, client, own, client::cutAndResume);
          }
        });
    judge();
  }

  @Test
  void allReceiveTheSameMessagesInTheSameOrderWhileOneHopsBetweenTheTransports() {
    List<Transport> route = List.of(Transport.SSE, Transport.POLLING, Transport.WEBSOCKET);
    RecoveringClient hopper = clients.get(0);
    int[] hops = {0};
    runWhile(
        background -> {
          disturb(
              background,
              hopper,
              new Random(random.nextLong()),
              () -> hopper.connect(route.get(hops[0]++ % route.size())));
          clients.stream().skip(1).forEach(client -> follow(background, client));
        });
    judge();
    assertThat(hops[0]).isEqualTo(DISTURBANCES);
  }

  /** What happens while the messages flow. */
  @FunctionalInterface
  private interface Disturbance {
    void begin(Background background);
  }

  private void runWhile(Disturbance disturbance) {
    Person first = tenant.person("first");
    Person second = tenant.person("second");
    try (WsClient socket = first.connect();
        Background background = new Background()) {
      disturbance.begin(background);
      background.run(() -> Publisher.over(socket, room, "a", checker).publish(EACH, pace));
      background.run(() -> Publisher.over(second.api(), room, "b", checker).publish(EACH, pace));
      background.await(PATIENCE);
    }
    clients.forEach(client -> client.awaitOffset(TOTAL, PATIENCE));
  }

  /** At random messages the client is cut, misses some, and is brought back. */
  private void disturb(
      Background background, RecoveringClient client, Random own, Runnable comeBack) {
    int[] moments = own.ints(DISTURBANCES, 0, TOTAL - Pace.SLACK).sorted().toArray();
    pace.announce(client, moments[0]);
    background.run(
        () -> {
          int reached = 0;
          for (int moment : moments) {
            keepUp(client, reached, moment);
            client.cut();
            pace.awaitPublished(moment + own.nextInt(Pace.SLACK / 2));
            comeBack.run();
            reached = moment;
          }
          keepUp(client, reached, TOTAL);
          pace.finish(client);
        });
  }

  private void follow(Background background, RecoveringClient client) {
    pace.announce(client, 0);
    background.run(
        () -> {
          keepUp(client, 0, TOTAL);
          pace.finish(client);
        });
  }

  /** Lets nobody fall so far behind that the server would rather have it reload. */
  private void keepUp(RecoveringClient client, int from, int to) {
    for (int reached = from; reached < to; ) {
      reached = Math.min(to, reached + STRIDE);
      pace.announce(client, reached);
      pace.awaitPublished(reached);
      client.awaitOffset(reached - 1, PATIENCE);
    }
  }

  private Verdict judge() {
    Verdict verdict = checker.assertValid();
    assertThat(verdict.stored()).isEqualTo(TOTAL);
    assertThat(verdict.acknowledged()).isEqualTo(TOTAL);
    List<String> reference = journals.get(0).values();
    assertThat(reference).hasSize(TOTAL);
    for (Subscription journal : journals) {
      assertThat(journal.values()).isEqualTo(reference);
    }
    // One connection's messages stay in the order in which they were sent; parallel requests have
    // none.
    assertThat(reference.stream().filter(v -> v.startsWith("a")))
        .containsExactlyElementsOf(IntStream.range(0, EACH).mapToObj(i -> "a-" + i).toList());
    clients.forEach(RecoveringClient::assertNoFaults);
    // Nobody was away for so long that the server could not recover it, nobody was thrown out.
    assertThat(clients)
        .allSatisfy(
            client -> {
              assertThat(client.losses()).as("%s", client).isZero();
              assertThat(client.reloads()).as("%s", client).isZero();
            });
    return verdict;
  }
}
