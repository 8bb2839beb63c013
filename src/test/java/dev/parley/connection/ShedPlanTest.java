package dev.parley.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cluster.NodeInfo;
import dev.parley.cluster.NodeState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ShedPlanTest {
  private static final int NO_FLOOR = 0;

  private static NodeInfo node(String id, int connections, NodeState state) {
    return new NodeInfo(id, id, "1", Instant.EPOCH, Instant.EPOCH, connections, state);
  }

  private static NodeInfo serving(String id, int connections) {
    return node(id, connections, NodeState.SERVING);
  }

  private static int due(int mine, NodeInfo... others) {
    return ShedPlan.due("me", mine, List.of(others), NO_FLOOR);
  }

  @Test
  void aTenthOfWhatIsTooMuchIsDue() {
    // The mean is 500, with a tenth on top of it 550.
    assertThat(due(1000, serving("me", 1000), serving("other", 0))).isEqualTo(45);
  }

  @Test
  void whatTheRegistryHasOfThisNodeDoesNotCount() {
    assertThat(due(1000, serving("me", 5), serving("other", 0))).isEqualTo(45);
  }

  @Test
  void nobodyIsDueOnAnEmptierNodeOrNearTheMean() {
    assertThat(due(0, serving("other", 1000))).isZero();
    assertThat(due(500, serving("other", 500))).isZero();
    assertThat(due(549, serving("other", 451))).isZero();
  }

  @Test
  void aNodeThatIsAloneKeepsAll() {
    assertThat(due(1000)).isZero();
    assertThat(due(1000, serving("me", 1000))).isZero();
  }

  @Test
  void aNodeThatTakesNobodyIsNoPlaceToGo() {
    assertThat(due(1000, node("other", 0, NodeState.DRAINING))).isZero();
    assertThat(due(1000, node("other", 0, NodeState.DRAINED))).isZero();
  }

  @Test
  void aNodeThatIsInNoRegistryKeepsAll() {
    assertThat(ShedPlan.due("", 1000, List.of(serving("other", 0)), NO_FLOOR)).isZero();
  }

  @Test
  void theFloorIsKept() {
    assertThat(ShedPlan.due("me", 100, List.of(serving("other", 0)), 100)).isZero();
    assertThat(ShedPlan.due("me", 101, List.of(serving("other", 0)), 100)).isEqualTo(1);
  }

  @Test
  void neverMoreThanAFewAreDueAtOnce() {
    assertThat(due(100_000, serving("other", 0))).isEqualTo(ShedPlan.MAX);
  }

  @Property
  void whoShedsStaysAboveTheMeanAndSomebodyElseIsBelow(
      @ForAll @IntRange(max = 20_000) int mine,
      @ForAll @Size(min = 1, max = 9) List<@IntRange(max = 20_000) Integer> others,
      @ForAll @IntRange(max = 20_000) int floor) {
    List<NodeInfo> nodes =
        IntStream.range(0, others.size()).mapToObj(i -> serving("n" + i, others.get(i))).toList();
    int due = ShedPlan.due("me", mine, nodes, floor);
    if (due > 0) {
      double mean = (double) (mine + others.stream().mapToInt(i -> i).sum()) / (others.size() + 1);
      assertThat(mine - due).isGreaterThanOrEqualTo(floor);
      assertThat((double) mine - due).isGreaterThanOrEqualTo(mean);
      assertThat(others).anyMatch(other -> other < mean);
    }
  }

  /**
   * Time as the test counts it, in seconds: leases tell old counts, and whoever has gone comes back
   * a second later to any node, as behind a load balancer that knows nothing.
   */
  @Property(tries = 50)
  void nodesBecomeEvenAndThenStayAsTheyAre(
      @ForAll @Size(min = 2, max = 5) List<@IntRange(max = 3_000) Integer> start,
      @ForAll long seed) {
    Simulation nodes = new Simulation(start, new Random(seed));
    nodes.run(Duration.ofMinutes(30));
    double mean = start.stream().mapToInt(i -> i).average().orElseThrow();
    assertThat(nodes.counts()).allMatch(count -> count <= mean * 1.1 + 1);
    assertThat(nodes.counts().stream().mapToInt(i -> i).sum())
        .isEqualTo(start.stream().mapToInt(i -> i).sum());
    int moved = nodes.moved;
    nodes.run(Duration.ofMinutes(10));
    assertThat(nodes.moved).isEqualTo(moved);
  }

  private static final class Simulation {
    private static final int LOOK = 10;
    private static final int BEAT = 3;

    private final int[] counts;
    private final int[] told;
    private final Random random;
    private int second;
    private int moved;
    private int away;

    Simulation(List<Integer> start, Random random) {
      this.counts = start.stream().mapToInt(i -> i).toArray();
      this.told = counts.clone();
      this.random = random;
    }

    List<Integer> counts() {
      return IntStream.of(counts).boxed().toList();
    }

    void run(Duration time) {
      for (long i = 0; i < time.toSeconds(); i++) {
        second++;
        for (; away > 0; away--) {
          counts[random.nextInt(counts.length)]++;
        }
        for (int node = 0; node < counts.length; node++) {
          if ((second + node) % BEAT == 0) {
            told[node] = counts[node];
          }
          if ((second + node * 7) % LOOK == 0) {
            look(node);
          }
        }
      }
      for (; away > 0; away--) {
        counts[random.nextInt(counts.length)]++;
      }
    }

    private void look(int node) {
      List<NodeInfo> nodes = new ArrayList<>();
      for (int other = 0; other < told.length; other++) {
        nodes.add(serving("n" + other, told[other]));
      }
      int due = ShedPlan.due("n" + node, counts[node], nodes, NO_FLOOR);
      counts[node] -= due;
      away += due;
      moved += due;
    }
  }
}
