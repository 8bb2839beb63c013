package dev.parley.bench.measure;

import java.util.Collection;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The middle of several rounds, with their extremes. */
public record Median(double value, double min, double max) {
  /** Of one figure of each round. */
  public static <T> Median of(Collection<T> rounds, ToDoubleFunction<T> figure) {
    double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    if (sorted.length == 0) {
      return new Median(Double.NaN, Double.NaN, Double.NaN);
    }
    double low = sorted[(sorted.length - 1) / 2];
    double high = sorted[sorted.length / 2];
    return new Median((low + high) / 2, sorted[0], sorted[sorted.length - 1]);
  }

  /** The value with this many digits behind the point. */
  public String text(int digits) {
    return number(value, digits);
  }

  /** The value, and how far the rounds were apart. */
  public String withRange() {
    return withRange(0);
  }

  /** The same with this many digits behind the point. */
  public String withRange(int digits) {
    return text(digits) + " (" + number(min, digits) + ".." + number(max, digits) + ")";
  }

  private static String number(double value, int digits) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%,." + digits + "f", value);
  }
}
