package dev.parley.bench.measure;

/**
 * A histogram of durations: exact below 64 ns, within 1.6 % above, of constant size whatever is
 * recorded. One thread records; merge when it has ended.
 */
public final class Latencies {
  private static final int SUB_BITS = 6;
  private static final int SUB = 1 << SUB_BITS;

  private final long[] counts = new long[(64 - SUB_BITS + 1) * SUB];
  private long total;

  /** Notes one duration. */
  public void record(long nanos) {
    counts[index(Math.max(0, nanos))]++;
    total++;
  }

  /** Takes over what another has recorded. */
  public void add(Latencies other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
    total += other.total;
  }

  /** How many were recorded. */
  public long count() {
    return total;
  }

  /** The duration that the share {@code quantile} of all did not exceed, in microseconds. */
  public double micros(double quantile) {
    long rank = (long) Math.ceil(quantile * total);
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= rank && seen > 0) {
        return upper(i) / 1000.0;
      }
    }
    return Double.NaN;
  }

  private static int index(long nanos) {
    if (nanos < SUB) {
      return (int) nanos;
    }
    int shift = Long.SIZE - SUB_BITS - 1 - Long.numberOfLeadingZeros(nanos);
    return (shift << SUB_BITS) + (int) (nanos >>> shift);
  }

  private static long upper(int index) {
    if (index < 2 * SUB) {
      return index;
    }
    int shift = (index >>> SUB_BITS) - 1;
    return (((long) (index - (shift << SUB_BITS)) + 1) << shift) - 1;
  }
}
