package dev.parley.testkit;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * Seeded random input. A run makes at least a fixed number of inputs and goes on for six seconds,
 * or for as many as {@code -Dparley.fuzz.seconds=120} says. Each input has a seed of its own, which
 * a failure names: {@code -Dparley.fuzz.seed=…} makes that input the first.
 */
public final class Fuzz {
  private static final int INPUTS = 20_000;
  private static final int STEP = 1_000;

  /** Of each check; half a minute for all of them. */
  private static final Duration LONGER = Duration.ofSeconds(Long.getLong("parley.fuzz.seconds", 6));

  /** Of processor time for an input; a busy machine or a collection does not count. */
  private static final long MOST_NANOS = Duration.ofMillis(50).toNanos();

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** What breaks parsers. */
  private static final List<String> NASTY =
      List.of(
          "\0",
          "\u2028",
          "\ud800",
          "\udc00",
          "\r\n",
          "\"",
          "\\",
          "\\u0000",
          "\\ud800",
          "\\uZZZZ",
          "{",
          "}",
          "[",
          "]",
          "[".repeat(10_000),
          "{\"a\":".repeat(2_000),
          ":",
          ",",
          "null",
          "true",
          "NaN",
          "-Infinity",
          "-0",
          "1e1000000000",
          "1E-999999999",
          "9".repeat(2_000),
          "9223372036854775808",
          "9007199254740993",
          "0x10",
          "\"__proto__\":{}",
          "\"id\":1,\"id\":2",
          "\"type\":\"publish\"",
          "/*",
          "//",
          "%",
          "%00",
          "%zz",
          "%c0%80",
          "&ticket=",
          "&token=",
          "=",
          "~",
          "*",
          "room:",
          "::",
          "x".repeat(70_000),
          "\ufeff",
          "\ufffe",
          "😀",
          "é");

  private Fuzz() {}

  /** Runs one check with many inputs; whatever it throws is a failure that names the seed. */
  public static <T> void run(Function<Random, T> input, Check<T> check) {
    long seed = Long.getLong("parley.fuzz.seed", new Random().nextLong());
    long end = System.nanoTime() + LONGER.toNanos();
    for (long made = 0; made < INPUTS || isLonger(made, end); made++) {
      T one = input.apply(new Random(seed + made));
      guard(() -> check.of(one), seed + made, one);
    }
  }

  /** The clock is asked now and then only. */
  private static boolean isLonger(long made, long end) {
    return made % STEP != 0 || System.nanoTime() < end;
  }

  /** What is done with an input. */
  @FunctionalInterface
  public interface Check<T> {
    void of(T input) throws Throwable;
  }

  private static void guard(ThrowingCallable call, long seed, Object input) {
    try {
      long took = processorTime(call);
      if (took > MOST_NANOS) {
        // Once more, because the first of its kind loads classes.
        took = processorTime(call);
      }
      if (took > MOST_NANOS) {
        throw new AssertionError("takes " + took + " ns");
      }
    } catch (Throwable e) {
      String text = input instanceof byte[] bytes ? Arrays.toString(bytes) : "" + input;
      String shown = text.length() > 500 ? text.substring(0, 500) + "…" : text;
      throw new AssertionError("-Dparley.fuzz.seed=" + seed + " makes " + shown, e);
    }
  }

  private static long processorTime(ThrowingCallable call) throws Throwable {
    long start = THREADS.getCurrentThreadCpuTime();
    call.call();
    return THREADS.getCurrentThreadCpuTime() - start;
  }

  /** One of these. */
  public static <T> T any(Random random, List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /** A text that is nearly one of these, or nothing like them. */
  public static String text(Random random, List<String> valid) {
    StringBuilder text = new StringBuilder(random.nextInt(10) == 0 ? "" : any(random, valid));
    for (int changes = random.nextInt(6); changes > 0; changes--) {
      change(random, text, valid);
    }
    return text.toString();
  }

  private static void change(Random random, StringBuilder text, List<String> valid) {
    int from = random.nextInt(text.length() + 1);
    int to = Math.min(text.length(), from + random.nextInt(8));
    switch (random.nextInt(7)) {
      case 0 -> text.insert(from, any(random, NASTY));
      case 1 -> text.replace(from, to, any(random, NASTY));
      case 2 -> text.delete(from, to);
      case 3 -> text.setLength(from);
      case 4 -> text.insert(from, text.substring(from, to).repeat(1 + random.nextInt(4)));
      case 5 -> text.insert(from, (char) random.nextInt(0x10000));
      default -> text.insert(from, any(random, valid));
    }
  }

  /** Bytes that are nearly one of these, or nothing like them. */
  public static byte[] bytes(Random random, List<byte[]> valid) {
    byte[] start = any(random, valid);
    byte[] bytes = random.nextInt(10) == 0 ? new byte[random.nextInt(64)] : start.clone();
    if (random.nextInt(10) == 0) {
      random.nextBytes(bytes);
    }
    for (int changes = random.nextInt(6); changes > 0 && bytes.length > 0; changes--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(3)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        default -> bytes = Arrays.copyOf(bytes, at + random.nextInt(9));
      }
    }
    return bytes;
  }
}
