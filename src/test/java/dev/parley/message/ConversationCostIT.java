package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.message.ConversationReader.Bound;
import dev.parley.platform.Ids;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import dev.parley.testkit.ParleyTest;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What the list of a person's conversations costs, and that it does not depend on what is in them.
 */
@ParleyTest
class ConversationCostIT {
  private static final int ROOMS = 500;
  private static final int LARGE = Integer.getInteger("parley.test.messages", 50_000);

  @Inject private ConversationFill fill;
  @Inject private ConversationReader reader;
  @Inject private Ids ids;

  @Test
  void fiveHundredRoomsAreListedInOneQueryWhateverIsInThem() {
    String small = ids.random(6);
    String large = ids.random(6);
    for (int i = 0; i < ROOMS; i++) {
      fill.room(small, "me", i, 20);
      fill.room(large, "me", i, i == 0 ? LARGE : 20);
    }
    fill.analyze();
    long withSmall = time(small);
    long withLarge = time(large);
    System.out.println(
        "conversations of 500 rooms: "
            + withSmall
            + " us, with one of "
            + LARGE
            + " messages: "
            + withLarge
            + " us");
    System.out.println(
        fill.plan(
            ConversationReader.QUERY.formatted(UnreadCounts.SQL, 51),
            Map.of("org", large, "me", "me", "at", Bound.START.at(), "id", Long.MAX_VALUE)));
    assertThat(reader.of(new OrgId(large), new UserId("me"), Bound.START, 51))
        .hasSize(51)
        .allMatch(one -> one.unread() == 10);
    assertThat(withLarge).isLessThan(20 * Math.max(1000, withSmall));
  }

  /** The median of some, in microseconds. */
  private long time(String org) {
    long[] times = new long[21];
    for (int i = 0; i < times.length; i++) {
      long begin = System.nanoTime();
      reader.of(new OrgId(org), new UserId("me"), Bound.START, 51);
      times[i] = (System.nanoTime() - begin) / 1000;
    }
    Arrays.sort(times);
    return times[times.length / 2];
  }
}
