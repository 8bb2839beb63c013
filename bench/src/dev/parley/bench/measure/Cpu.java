package dev.parley.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Processor time of processes, from Linux's {@code /proc}, in seconds. */
public final class Cpu {
  /** Linux counts in hundredths of a second on every processor that Java runs on. */
  private static final double TICKS_PER_SECOND = 100;

  /** What {@code /proc/<pid>/stat} says; times in ticks, the last two of children that are gone. */
  private record Stat(long pid, String name, long parent, long own, long ended) {}

  private Cpu() {}

  /** What this process has used. */
  public static double self() {
    return of(ProcessHandle.current().pid());
  }

  /** What the process has used, user and system. */
  public static double of(long pid) {
    Stat stat = stat(Path.of("/proc", Long.toString(pid)));
    return stat == null ? 0 : stat.own / TICKS_PER_SECOND;
  }

  /** What the process and all its descendants have used, those that are gone included. */
  public static double ofTree(long pid) {
    Map<Long, Stat> byPid = new HashMap<>();
    Map<Long, List<Long>> children = new HashMap<>();
    for (Stat stat : all(Path.of("/proc"))) {
      byPid.put(stat.pid, stat);
      children.computeIfAbsent(stat.parent, key -> new ArrayList<>()).add(stat.pid);
    }
    long ticks = 0;
    Deque<Long> left = new ArrayDeque<>(List.of(pid));
    while (!left.isEmpty()) {
      long next = left.pop();
      Stat stat = byPid.get(next);
      if (stat != null) {
        ticks += stat.own + stat.ended;
      }
      left.addAll(children.getOrDefault(next, List.of()));
    }
    return ticks / TICKS_PER_SECOND;
  }

  /**
   * What the threads of the process have used that are still there, by their names without numbers.
   */
  public static Map<String, Double> ofThreads(long pid) {
    Map<String, Double> seconds = new TreeMap<>();
    for (Stat stat : all(Path.of("/proc", Long.toString(pid), "task"))) {
      String group = stat.name.replaceAll("[-#(]*[0-9].*", "");
      seconds.merge(group, stat.own / TICKS_PER_SECOND, Double::sum);
    }
    return seconds;
  }

  private static List<Stat> all(Path folder) {
    List<Stat> all = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(folder, "[0-9]*")) {
      for (Path process : processes) {
        Stat stat = stat(process);
        if (stat != null) {
          all.add(stat);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  private static @Nullable Stat stat(Path process) {
    try {
      String text = Files.readString(process.resolve("stat"));
      // The name stands in parentheses and may hold anything.
      int end = text.lastIndexOf(')');
      String[] fields = text.substring(end + 2).split(" ", -1);
      return new Stat(
          Long.parseLong(text.substring(0, text.indexOf(' '))),
          text.substring(text.indexOf('(') + 1, end),
          Long.parseLong(fields[1]),
          Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
          Long.parseLong(fields[13]) + Long.parseLong(fields[14]));
    } catch (IOException e) {
      // A process that ends while it is read.
      return null;
    }
  }
}
