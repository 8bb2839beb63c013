package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.StreamPosition;
import dev.parley.testkit.Await;
import dev.parley.testkit.Recorder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link ClusterBus} does, whether it delivers within the call or later. That something
 * is not heard is known when what was announced behind it, the fence, has been heard.
 */
abstract class ClusterBusContract {
  private static final ChannelKey ROOM = channel("acme", "room:a");
  private static final ChannelKey OTHER_ROOM = channel("acme", "room:b");
  private static final ChannelKey FENCE = channel("acme", "room:fence");

  private final Recorder<Envelope> heard = new Recorder<>();
  private final Set<String> heardBodies = ConcurrentHashMap.newKeySet();
  private final AtomicInteger fences = new AtomicInteger();
  private ClusterBus bus;

  /** A bus that works, without listener and subscriptions. */
  abstract ClusterBus create() throws Exception;

  /** Ends what {@link #create} has made. */
  void destroy() throws Exception {}

  @BeforeEach
  final void listen() throws Exception {
    bus = create();
    bus.listen(
        new BusListener() {
          @Override
          public void heard(Envelope envelope) {
            heardBodies.add(envelope.body());
            heard.record(envelope);
          }

          @Override
          public void moved(ChannelKey channel, StreamPosition position) {
            throw new AssertionError("nothing here is too large");
          }

          @Override
          public void mayHaveMissed() {}
        });
  }

  @AfterEach
  final void end() throws Exception {
    destroy();
  }

  @Test
  void whatIsAnnouncedAfterASubscribeIsHeardAsItWasAnnounced() {
    subscribe(ROOM);
    Envelope envelope =
        new Envelope(
            ROOM, new StreamPosition("epoch", (1L << 53) - 1), "said", 1_772_366_400_123L, "{}");
    bus.announce(envelope);
    assertThat(heard.await("the envelope", any -> true)).isEqualTo(envelope);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"data\":\"é😀\u2028\\n\\\"\"}", "{ }", ""})
  void aBodyIsHeardToTheCharacter(String body) {
    subscribe(ROOM);
    bus.announce(envelope(ROOM, 1, body));
    assertThat(heard.await("the body", any -> true).body()).isEqualTo(body);
  }

  @Test
  void theLargestMessageIsHeard() {
    subscribe(ROOM);
    String body = "{\"data\":\"" + "😀".repeat(250_000) + "\"}";
    bus.announce(envelope(ROOM, 1, body));
    assertThat(heard.await("the large envelope", any -> true).body()).isEqualTo(body);
  }

  @Test
  void whatIsAnnouncedBeforeASubscribeIsNotHeard() {
    bus.announce(envelope(ROOM, 1, "early"));
    subscribe(ROOM);
    assertHeardOnly();
    bus.announce(envelope(ROOM, 2, "late"));
    assertHeardOnly("late");
  }

  @Test
  void whatIsAnnouncedAfterAnUnsubscribeIsNotHeard() {
    subscribe(ROOM);
    bus.unsubscribe(ROOM);
    subscribe(OTHER_ROOM);
    bus.announce(envelope(ROOM, 1, "too late"));
    bus.announce(envelope(OTHER_ROOM, 1, "other"));
    assertHeardOnly("other");
  }

  /** Seen to fail when the first unsubscribe ends them all. */
  @Test
  void eachSubscribeNeedsItsUnsubscribe() {
    subscribe(ROOM);
    subscribe(ROOM);
    bus.unsubscribe(ROOM);
    bus.announce(envelope(ROOM, 1, "one is left"));
    assertHeardOnly("one is left");
    bus.unsubscribe(ROOM);
    bus.announce(envelope(ROOM, 2, "none is left"));
    assertHeardOnly();
  }

  @Test
  void aSecondSubscribeDoesNotDoubleWhatIsHeard() {
    subscribe(ROOM);
    subscribe(ROOM);
    bus.announce(envelope(ROOM, 1, "once"));
    assertHeardOnly("once");
  }

  @Test
  void aChannelCanBeSubscribedAgain() {
    subscribe(ROOM);
    bus.unsubscribe(ROOM);
    subscribe(ROOM);
    bus.announce(envelope(ROOM, 1, "again"));
    assertHeardOnly("again");
  }

  @Test
  void anUnsubscribeTooManyChangesNothing() {
    bus.unsubscribe(ROOM);
    subscribe(ROOM);
    bus.announce(envelope(ROOM, 1, "subscribed"));
    assertHeardOnly("subscribed");
    bus.unsubscribe(ROOM);
    bus.unsubscribe(ROOM);
    subscribe(ROOM);
    bus.announce(envelope(ROOM, 2, "subscribed again"));
    assertHeardOnly("subscribed again");
  }

  @Test
  void otherChannelsAreNotHeard() {
    subscribe(ROOM);
    bus.announce(envelope(OTHER_ROOM, 1, "other"));
    bus.announce(envelope(channel("acme", "room:a:b"), 1, "longer"));
    bus.announce(envelope(channel("acme", "room:A"), 1, "upper case"));
    assertHeardOnly();
  }

  /** Seen to fail when an announcement is not compared with the subscriptions. */
  @Test
  void theSameNameInTwoTenantsIsTwoChannels() {
    subscribe(ROOM);
    bus.announce(envelope(channel("other", "room:a"), 1, "other"));
    assertHeardOnly();
    subscribe(channel("other", "room:a"));
    bus.announce(envelope(channel("other", "room:a"), 2, "other"));
    assertThat(heard.await("the other's", any -> true).channel())
        .isEqualTo(channel("other", "room:a"));
  }

  /** CVE-2022-24721: what is meant for one must not be had by a clever name of another. */
  @Test
  void noTenantIsCalledLikeAPieceOfAnothersChannel() {
    List<ChannelKey> alike =
        List.of(
            channel("a", "b:c:d"),
            channel("a:b", "c:d"),
            channel("a/b", "c:d"),
            channel("a\nb", "c:d"),
            channel("a ", "b:c:d"),
            channel("*", "b:c:d"));
    alike.forEach(this::subscribe);
    for (ChannelKey channel : alike) {
      bus.announce(envelope(channel, 1, channel.toString()));
      assertThat(heard.await("what was announced", any -> true).channel()).isEqualTo(channel);
      assertHeardOnly();
    }
  }

  /** Seen to fail when a count is read and written in two steps. */
  @Test
  void nothingIsMissedWhileManyThreadsSubscribeUnsubscribeAndAnnounce() {
    int threads = 8;
    int each = 500;
    subscribe(ROOM);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int thread = t;
        running.add(pool.submit(() -> announceAmongOthers(thread, each)));
      }
      running.forEach(one -> Await.result("a thread", one));
    } finally {
      pool.shutdownNow();
    }
    bus.announce(envelope(ROOM, 1, "end"));
    heard.await("the end", envelope -> envelope.body().equals("end"));
    assertThat(heardBodies)
        .containsAll(
            IntStream.range(0, threads * each)
                .mapToObj(i -> i / each + "/" + i % each)
                .collect(Collectors.toSet()));
    assertThat(bus.isUp()).isTrue();
  }

  private void announceAmongOthers(int thread, int count) {
    for (int i = 0; i < count; i++) {
      // Shared by all threads, so that a count that is off by one is noticed by somebody.
      ChannelKey shared = channel("acme", "room:shared" + i % 3);
      subscribe(shared);
      bus.announce(envelope(ROOM, i + 1, thread + "/" + i));
      String body = thread + " to all " + i;
      bus.announce(envelope(shared, i + 1, body));
      heard.await(body, envelope -> envelope.body().equals(body));
      bus.unsubscribe(shared);
    }
  }

  @Test
  void aBusThatWorksIsUp() {
    assertThat(bus.isUp()).isTrue();
  }

  private void subscribe(ChannelKey channel) {
    Await.result("the subscription", bus.subscribe(channel).toCompletableFuture());
  }

  private void assertHeardOnly(String... bodies) {
    String fence = "fence " + fences.incrementAndGet();
    if (fences.get() == 1) {
      subscribe(FENCE);
    }
    for (String body : bodies) {
      heard.await(body, envelope -> envelope.body().equals(body));
    }
    bus.announce(envelope(FENCE, fences.get(), fence));
    heard.await("the fence", envelope -> envelope.body().equals(fence));
    assertThat(heard.rest()).isEmpty();
  }

  private static Envelope envelope(ChannelKey channel, long offset, String body) {
    return new Envelope(channel, new StreamPosition("e", offset), "message", 0, body);
  }

  private static ChannelKey channel(String org, String name) {
    return new ChannelKey(new OrgId(org), new ChannelName(name));
  }
}
