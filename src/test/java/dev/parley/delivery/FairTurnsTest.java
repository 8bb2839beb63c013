package dev.parley.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.OrgId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tenants take turns. Counted in deliveries, not in time. */
class FairTurnsTest {
  private static final OrgId FLOOD = new OrgId("flood");
  private static final OrgId QUIET = new OrgId("quiet");
  private static final OrgId THIRD = new OrgId("third");

  private final List<OrgId> order = new ArrayList<>();
  private final FairTurns turns =
      new FairTurns(org -> Map.of(FLOOD, 1, QUIET, 1, THIRD, 3).get(org));

  /** A channel with so many readers and one message. */
  private final class Channel implements FairTurns.Turn {
    private final OrgId org;
    private final int readers;

    Channel(OrgId org, int readers) {
      this.org = org;
      this.readers = readers;
    }

    @Override
    public OrgId org() {
      return org;
    }

    @Override
    public long take() {
      for (int i = 0; i < readers; i++) {
        order.add(org);
      }
      return readers;
    }
  }

  private void add(OrgId org, int readers, int channels) {
    for (int i = 0; i < channels; i++) {
      turns.add(new Channel(org, readers));
    }
  }

  private long before(OrgId first, OrgId other) {
    return order.subList(0, order.indexOf(first)).stream().filter(other::equals).count();
  }

  private void allRounds() {
    while (!turns.isEmpty()) {
      turns.round();
    }
  }

  /**
   * 500 channels with 1,000 readers each wait when the other tenant's message comes. Seen to fail
   * when turns are taken in the order in which they came: 500,000 deliveries before it.
   */
  @Test
  void aFloodDelaysAnothersMessageByOneTurnAndNotByItsBacklog() {
    add(FLOOD, 1_000, 500);
    add(QUIET, 10, 1);
    allRounds();
    assertThat(before(QUIET, FLOOD)).isLessThanOrEqualTo(FairTurns.QUANTUM + 1_000);
    assertThat(order).hasSize(500_010);
  }

  /** What comes while a round is under way waits for the rest of it and for one turn. */
  @Test
  void aRoundIsBoundedSoThatNewsGetsIn() {
    add(FLOOD, 1_000, 500);
    turns.round();
    assertThat(order).hasSizeBetween(FairTurns.ROUND, FairTurns.ROUND + FairTurns.QUANTUM + 1_000);
    assertThat(turns.isEmpty()).isFalse();
    add(QUIET, 10, 1);
    int already = order.size();
    turns.round();
    assertThat(before(QUIET, FLOOD) - already).isLessThanOrEqualTo(FairTurns.QUANTUM + 1_000);
  }

  /**
   * A weight is a share as long as both have something to deliver. Seen to fail when the quantum is
   * the same for all.
   */
  @Test
  void aTenantOfThreefoldWeightMakesThreeTimesAsManyDeliveries() {
    add(FLOOD, 100, 2_000);
    add(THIRD, 100, 2_000);
    for (int i = 0; i < 4; i++) {
      turns.round();
    }
    long thirds = order.stream().filter(THIRD::equals).count();
    long floods = order.size() - thirds;
    assertThat((double) thirds / floods).isBetween(2.5, 3.5);
  }

  /**
   * What a large channel takes beyond its turn is taken off the next one: its tenant gets no more
   * than the other, whose channels are small. Seen to fail when each turn begins anew.
   */
  @Test
  void aChannelThatIsLargerThanATurnGivesItsTenantNoMoreThanItsShare() {
    add(FLOOD, 10 * FairTurns.QUANTUM, 40);
    add(QUIET, 64, 10_000);
    while (order.size() < 400_000) {
      turns.round();
    }
    long quiets = order.stream().filter(QUIET::equals).count();
    long floods = order.size() - quiets;
    assertThat(floods).isLessThanOrEqualTo(quiets + 12L * FairTurns.QUANTUM);
  }

  /** One tenant's channels keep their order, and each is served once. */
  @Test
  void channelsOfOneTenantAreServedInTheirOrder() {
    List<Integer> served = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      int number = i;
      turns.add(
          new FairTurns.Turn() {
            @Override
            public OrgId org() {
              return FLOOD;
            }

            @Override
            public long take() {
              served.add(number);
              if (number == 7) {
                throw new IllegalStateException("on purpose");
              }
              return 0;
            }
          });
    }
    turns.round();
    assertThat(served).hasSize(100).isSorted();
    assertThat(turns.isEmpty()).isTrue();
  }
}
