package dev.parley.bench.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What PostgreSQL says of how it has carried out statements, with times and buffers: its extension
 * {@code auto_explain} writes the plans of the statements themselves, with their parameters, into
 * the server's log.
 */
public final class PlanLog {
  /**
   * What a PostgreSQL must be started with. Nothing is written before {@link #on}, which sets what
   * must not be set here: the command line counts for more.
   */
  public static final Map<String, String> CONFIG =
      Map.of(
          "session_preload_libraries", "auto_explain",
          "logging_collector", "on",
          "log_directory", "plans",
          "log_filename", "plans.log",
          "log_line_prefix", "%%",
          "auto_explain.log_analyze", "on",
          "auto_explain.log_buffers", "on");

  private static final Pattern ENTRY =
      Pattern.compile("(?m)^%LOG:  duration: .*? plan:\n((?:\t.*\n?)*)");
  private static final Pattern PLAN_BEGINS = Pattern.compile("(?m)^\t.*\\(cost=");

  /** The collector of the log is a process of its own. */
  private static final long SETTLE_MILLIS = 500;

  private final PostgresServer postgres;

  PlanLog(PostgresServer postgres) {
    this.postgres = postgres;
  }

  /** Whether plans are written, as soon as the sessions have noticed. */
  public void on(boolean writes) throws InterruptedException {
    postgres.execute("alter system set auto_explain.log_min_duration = " + (writes ? 0 : -1));
    postgres.execute("select pg_reload_conf()");
    TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
  }

  /** The plans of what an action makes the server do, by their statements. */
  public Map<String, String> of(LongSupplier action) throws InterruptedException {
    int mark = text().length();
    long unused = action.getAsLong();
    TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
    Map<String, String> plans = new LinkedHashMap<>();
    Matcher entry = ENTRY.matcher(text().substring(mark));
    while (entry.find()) {
      String both = entry.group(1);
      Matcher plan = PLAN_BEGINS.matcher(both);
      if (plan.find() && both.contains("message")) {
        String statement = both.substring(0, plan.start()).replaceAll("\\s+", " ").trim();
        plans.put(statement.replace("Query Text: ", ""), both.substring(plan.start()));
      }
    }
    return plans;
  }

  private String text() {
    Path folder = postgres.data().resolve("plans");
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> logs = files.toList();
      return logs.isEmpty() ? "" : Files.readString(logs.get(0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
