package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.message.CommitFailpoint;
import dev.parley.message.CrashFailpoint;
import dev.parley.testkit.Chaos;
import dev.parley.testkit.HistoryChecker;
import dev.parley.testkit.PersistentPublisher;
import dev.parley.testkit.Person;
import dev.parley.testkit.Publisher;
import dev.parley.testkit.Recorder;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.Witness;
import dev.parley.testkit.WsClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;

/** What the commit decides, as another node sees it. */
@ExtendWith(ChaosCluster.Shared.class)
class CommitChaosST {
  /** The comparison with the log every two seconds, and what a busy machine takes beside it. */
  private static final Duration FOUND_IN_THE_LOG = Duration.ofSeconds(4);

  private final ChaosCluster cluster;
  private final String room = Tenant.room();
  private final HistoryChecker checker = new HistoryChecker(room);

  CommitChaosST(ChaosCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void everythingIsUp() {
    cluster.mend();
  }

  /** D-03. Seen to fail when messages are acknowledged, or announced, before their commit. */
  @Test
  void aFailedCommitIsNotAcknowledgedNotAnnouncedAndSeenByNobody() throws Exception {
    Tenant tenant = cluster.tenant();
    Person ann = tenant.person("ann");
    Person bob = tenant.person("bob").at(cluster.b.url());
    try (WsClient socket = ann.connect();
        Witness onA = new Witness(tenant.person("reader"), room, "on A", checker);
        Witness onB = new Witness(bob, room, "on B", checker);
        Wiretap tap = new Wiretap(cluster.redis.connect(), ann.org(), room)) {
      Publisher publisher = Publisher.over(socket, room, "good", checker);
      publisher.send("before").join();
      JsonNode answer =
          socket.reply("publish", "channel", room, "data", CommitFailpoint.FAIL, "key", "k");
      assertThat(answer.get("type").asText()).isEqualTo("error");
      assertThat(answer.get("code").asText()).isIn("internal", "unavailable");
      assertThat(answer.get("retryable").asBoolean()).isTrue();
      publisher.send("after").join();
      for (Witness witness : List.of(onA, onB)) {
        witness.await("after", Duration.ofSeconds(5));
        assertThat(witness.values()).containsExactly("before", "after");
      }
      tap.awaitText("\"after\"");
      assertThat(tap.heard()).hasSize(2).noneMatch(text -> text.contains(CommitFailpoint.FAIL));
      assertThat(bob.api().stored(room)).containsExactly("before", "after");
    }
    checker.assertValid();
  }

  /** D-04. Seen to fail when positions are not compared with the log. */
  @Test
  void whatIsCommittedAndNotAnnouncedIsFoundByTheOtherNodeOnce() {
    Tenant tenant = cluster.tenant();
    Person ann = tenant.person("ann");
    Person bob = tenant.person("bob").at(cluster.b.url());
    List<Person> everywhere = cluster.urls().stream().map(ann::at).toList();
    try (PersistentPublisher publisher =
            new PersistentPublisher(everywhere, room, CrashFailpoint.CRASH, checker);
        WsClient socket = bob.connect();
        Witness onB = new Witness(bob, room, "on B", checker)) {
      Publisher.over(socket, room, "good", checker).send("before").join();
      onB.await("before", Duration.ofSeconds(5));

      long start = System.nanoTime();
      // Node A stores it and dies; asked again under the key, node B knows its place.
      publisher.publishNext();
      onB.await(CrashFailpoint.CRASH + "-0", FOUND_IN_THE_LOG);
      Chaos.report("stored and not announced: delivered after " + since(start));
      assertThat(cluster.a.process().awaitItsEnd()).isEqualTo(CrashFailpoint.EXIT_CODE);

      Publisher.over(socket, room, "good", checker).send("after").join();
      onB.await("after", Duration.ofSeconds(5));
      assertThat(onB.values()).hasSize(3);
      assertThat(bob.api().stored(room)).hasSize(3);
    }
    assertThat(checker.assertValid().rawDuplicates()).isZero();
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Hears what any node would hear on the bus about one channel. */
  private static final class Wiretap implements AutoCloseable {
    private final Recorder<String> texts = new Recorder<>();
    private final Recorder<String> ready = new Recorder<>();
    private final List<String> all = new ArrayList<>();
    private final Jedis redis;

    Wiretap(Jedis redis, String org, String channel) {
      this.redis = redis;
      JedisPubSub listener =
          new JedisPubSub() {
            @Override
            public void onSubscribe(String topic, int count) {
              ready.record(topic);
            }

            @Override
            public void onMessage(String topic, String text) {
              texts.record(text);
            }
          };
      Thread thread =
          new Thread(
              () -> {
                try {
                  redis.subscribe(listener, "parley/c/" + org + "/" + channel);
                } catch (RuntimeException e) {
                  texts.end(e.toString());
                }
              });
      thread.setDaemon(true);
      thread.start();
      String unused = ready.await("the subscription", topic -> true);
    }

    /** Waits for a text with this in it. */
    void awaitText(String part) {
      String last;
      do {
        last = texts.await("an announcement with " + part, text -> true);
        all.add(last);
      } while (!last.contains(part));
    }

    /** Everything up to the text that was awaited last. */
    List<String> heard() {
      return List.copyOf(all);
    }

    @Override
    public void close() {
      redis.close();
    }
  }
}
