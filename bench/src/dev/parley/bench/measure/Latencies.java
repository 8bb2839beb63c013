package dev.parley.bench.measure;

import org.HdrHistogram.Histogram;

/** A histogram of durations, exact to a thousandth. One thread records; merge when it has ended. */
public final class Latencies {
  private final Histogram histogram = new Histogram(3);

  /** Notes one duration. */
  public void record(long nanos) {
    histogram.recordValue(Math.max(0, nanos));
  }

  /** Takes over what another has recorded. */
  public void add(Latencies other) {
    histogram.add(other.histogram);
  }

  /** How many were recorded. */
  public long count() {
    return histogram.getTotalCount();
  }

  /** The duration that the share {@code quantile} of all did not exceed, in microseconds. */
  public double micros(double quantile) {
    return count() == 0 ? Double.NaN : histogram.getValueAtPercentile(quantile * 100) / 1000.0;
  }
}
