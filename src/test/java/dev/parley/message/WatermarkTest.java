package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A watermark is the farthest that has come, in whatever order. Seen to fail when the same place
 * again counts as moved, and when another number than the offset is kept.
 */
class WatermarkTest {
  private static final int RUNS = 5_000;
  private static final int STEPS = 30;

  @Test
  void itOnlyEverMovesForwardAndSaysWhetherItHas() {
    for (long seed = 0; seed < RUNS; seed++) {
      Random random = new Random(seed);
      Watermark mark = new Watermark(new Watermark.Key(1, "ann"));
      long delivered = 0;
      long read = 0;
      for (int step = 0; step < STEPS; step++) {
        long offset = random.nextInt(50);
        if (random.nextBoolean()) {
          assertThat(mark.read(offset, offset / 2)).as("seed %d", seed).isEqualTo(offset > read);
          read = Math.max(read, offset);
        } else {
          assertThat(mark.deliver(offset)).as("seed %d", seed).isEqualTo(offset > delivered);
          delivered = Math.max(delivered, offset);
        }
        assertThat(mark.read()).as("seed %d", seed).isEqualTo(read);
        assertThat(mark.delivered()).as("seed %d", seed).isEqualTo(delivered);
      }
    }
  }
}
