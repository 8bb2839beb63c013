package dev.parley.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.HistoryChecker;
import dev.parley.testkit.HistoryChecker.Subscription;
import dev.parley.testkit.Pace;
import dev.parley.testkit.Publisher;
import dev.parley.testkit.RecoveringClient;
import dev.parley.testkit.RecoveringClient.Transport;
import dev.parley.testkit.Tokens;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A channel of which only the newest message counts, over the wire. */
class ConflationIT extends WireTest {
  private static final int COUNT = 2_000;

  private final String last = Tokens.unique("last:l");

  /** What is left out is said to be; the newest always comes; nothing is out of order. */
  @ParameterizedTest
  @EnumSource(Transport.class)
  void whatDoesNotComeIsAccountedForAndTheLastOneAlwaysComes(Transport transport) {
    HistoryChecker checker = new HistoryChecker(last);
    Subscription journal = checker.subscriber("reader");
    Random random = new Random(1);
    try (RecoveringClient client =
            new RecoveringClient(server, tenant.person("ann").token(), last, journal, random);
        WsClient bob = tenant.person("bob").connect()) {
      client.connectLive(transport);
      Publisher.over(bob, last, "p", checker).publish(COUNT, new Pace(COUNT));
      client.awaitOffset(COUNT, Duration.ofMinutes(1));
      checker.assertValid();
      assertThat(journal.values()).last().isEqualTo("p-" + (COUNT - 1));
      client.assertNoFaults();
    }
  }

  /** What the history brings is complete: nothing waits there for anybody. */
  @Test
  void whoComesBackGetsEverythingFromTheLog() {
    try (WsClient ann = tenant.person("ann").connect();
        WsClient bob = tenant.person("bob").connect()) {
      bob.publishMany(last, 50);
      var messages = ann.command("subscribe", "channel", last, "history", 50).get("messages");
      List<Integer> offsets = new ArrayList<>();
      messages.forEach(
          message -> {
            offsets.add(message.get("offset").asInt());
            assertThat(message.has("conflated")).isFalse();
          });
      assertThat(offsets).hasSize(50).isSorted();
    }
  }
}
