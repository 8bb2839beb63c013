package dev.parley.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a process holds, in KiB: from {@code /proc}, and from the JDK's {@code jcmd}. */
public final class Memory {
  private static final Pattern RSS = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final Pattern USED = Pattern.compile("heap\\s+total \\d+K, used (\\d+)K");
  private static final Pattern GENERATION = Pattern.compile("Gen\\s+total \\d+K, used (\\d+)K");
  private static final Pattern CLASS =
      Pattern.compile("^\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+).*$");

  /** How many objects of a class there are, and how large they are together. */
  public record Instances(long count, long bytes) {}

  private Memory() {}

  /** Resident memory. */
  public static long rss(long pid) {
    try {
      Matcher rss = RSS.matcher(Files.readString(Path.of("/proc", Long.toString(pid), "status")));
      return rss.find() ? Long.parseLong(rss.group(1)) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Threads of the process. */
  public static int threads(long pid) {
    try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      return (int) threads.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What is alive in a Java heap after full collections: two, since what has a cleaner is let go by
   * the second.
   */
  public static long liveHeap(long pid) {
    jcmd(pid, "GC.run");
    jcmd(pid, "GC.run");
    String info = jcmd(pid, "GC.heap_info");
    Matcher used = USED.matcher(info);
    if (used.find()) {
      return Long.parseLong(used.group(1));
    }
    // Collectors with generations give one line for each.
    return GENERATION.matcher(info).results().mapToLong(one -> Long.parseLong(one.group(1))).sum();
  }

  /** What is alive, by class, the largest first. */
  public static Map<String, Instances> histogram(long pid) {
    Map<String, Instances> classes = new LinkedHashMap<>();
    jcmd(pid, "GC.class_histogram")
        .lines()
        .map(CLASS::matcher)
        .filter(Matcher::matches)
        .forEach(
            line ->
                classes.merge(
                    line.group(3),
                    new Instances(Long.parseLong(line.group(1)), Long.parseLong(line.group(2))),
                    (one, other) ->
                        new Instances(one.count + other.count, one.bytes + other.bytes)));
    return classes;
  }

  private static String jcmd(long pid, String command) {
    String program = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    try {
      Process process =
          new ProcessBuilder(program, Long.toString(pid), command)
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(command + ": " + said);
      }
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
