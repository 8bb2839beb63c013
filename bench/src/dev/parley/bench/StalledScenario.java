package dev.parley.bench;

import dev.parley.bench.load.Crowd;
import dev.parley.bench.load.Generator;
import dev.parley.bench.load.OpenLoop;
import dev.parley.bench.load.Transport;
import dev.parley.bench.measure.Machine;
import dev.parley.bench.measure.Median;
import dev.parley.bench.measure.Table;
import dev.parley.bench.server.Build;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What a few who do not read do to the others, to the server's memory, and to themselves. */
final class StalledScenario implements Scenario {
  private static final int RECEIVE_BUFFER = 1 << 16;
  private static final long LOST_SECONDS = 15;
  private static final int SETTLE_SECONDS = 2;

  /** What one round has shown; latencies of the others in ms, heap in MiB. */
  private record Round(
      double baseline,
      double stalled,
      double heapBefore,
      double heapStalled,
      double heapAfter,
      long behind,
      double catchUpSeconds,
      long lost,
      Crowd.Outcome end) {}

  @Override
  public String summary() {
    return "latency of the others and heap while some members do not read";
  }

  @Override
  public Map<String, String> defaults() {
    Map<String, String> defaults =
        new LinkedHashMap<>(Contenders.defaults("parley,ws,socketio,netty"));
    defaults.put("members", "1000");
    defaults.put("stalled", "10");
    defaults.put("transport", "websocket");
    defaults.put("others", "websocket");
    defaults.put("rate", "20");
    defaults.put("payload", "100");
    defaults.put("ballast", "65536");
    defaults.put("seconds", "8");
    defaults.put("warmup", "5");
    defaults.put("rounds", "3");
    return defaults;
  }

  @Override
  public void run(Options options) throws InterruptedException {
    System.out.println(Machine.describe(Build.RUN));
    System.out.printf(
        "%s members over %s, %s of them over %s that do not read for %s s; %s messages/s of %s bytes, with"
            + " each %s bytes more for those%n%s%n",
        options.text("members"),
        options.text("others"),
        options.text("stalled"),
        options.text("transport"),
        options.text("seconds"),
        options.text("rate"),
        options.text("payload"),
        options.text("ballast"),
        Contenders.describe(options));
    Map<Contender, List<Round>> rounds = new LinkedHashMap<>();
    try (Generator generator = new Generator();
        Contenders contenders = Contenders.start(options)) {
      for (int i = 0; i < options.number("rounds"); i++) {
        for (Contender one : contenders.all()) {
          Round round = round(options, generator, one, i == 0);
          rounds.computeIfAbsent(one, key -> new ArrayList<>()).add(round);
        }
      }
    }
    System.out.printf("%n%s%n%s%n", table(rounds), guests(rounds));
  }

  private static Round round(Options options, Generator generator, Contender one, boolean first)
      throws InterruptedException {
    Crowd.Shape shape =
        new Crowd.Shape(
            Transport.named(options.text("others")),
            1,
            options.number("members") - options.number("stalled"),
            2,
            options.number("payload"));
    long millis = options.number("seconds") * 1000L;
    try (Crowd crowd = Crowd.gather(generator, one.site(), shape)) {
      crowd.invite(
          Transport.named(options.text("transport")),
          options.number("stalled"),
          RECEIVE_BUFFER,
          options.number("ballast"));
      if (first) {
        crowd.run(pace(options), options.number("warmup") * 1000L);
      }
      double baseline = p99(crowd.run(pace(options), millis));
      awaitGuests(crowd);
      long heapBefore = one.server().liveHeap();
      crowd.stall(true);
      crowd.begin(pace(options));
      TimeUnit.MILLISECONDS.sleep(millis);
      crowd.end();
      crowd.awaitArrival();
      double stalled = p99(crowd.outcome());
      long heapStalled = one.server().liveHeap();
      long behind = crowd.outstandingOfGuests();
      long begin = System.nanoTime();
      crowd.stall(false);
      long lost = awaitGuests(crowd);
      double catchUpSeconds = (System.nanoTime() - begin) / 1e9;
      Crowd.Outcome end = crowd.outcome();
      TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
      return new Round(
          baseline,
          stalled,
          heapBefore / 1024.0,
          heapStalled / 1024.0,
          one.server().liveHeap() / 1024.0,
          behind,
          catchUpSeconds,
          lost,
          end);
    }
  }

  private static OpenLoop pace(Options options) {
    return new OpenLoop(options.number("rate"));
  }

  private static double p99(Crowd.Outcome outcome) {
    if (outcome.lost() > 0) {
      throw new IllegalStateException(outcome.lost() + " messages were lost to those who read");
    }
    return outcome.latencies().micros(0.99) / 1000;
  }

  /** What the guests still lack when nothing more comes. */
  private static long awaitGuests(Crowd crowd) throws InterruptedException {
    long before = Long.MAX_VALUE;
    long since = System.nanoTime();
    while (true) {
      long outstanding = crowd.outstandingOfGuests();
      if (outstanding < before) {
        before = outstanding;
        since = System.nanoTime();
      }
      if (outstanding == 0 || System.nanoTime() - since > TimeUnit.SECONDS.toNanos(LOST_SECONDS)) {
        return outstanding;
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static Table table(Map<Contender, List<Round>> rounds) {
    Table table =
        new Table(
            "system",
            "p99 ms, all read",
            "p99 ms of the others, some stalled",
            "ratio (min..max)",
            "heap MiB before",
            "stalled",
            "after");
    rounds.forEach(
        (one, all) -> {
          Median ratio = Median.of(all, round -> round.stalled / round.baseline);
          table.row(
              one.name(),
              Median.of(all, Round::baseline).text(2),
              Median.of(all, Round::stalled).text(2),
              String.format("%.2f (%.2f..%.2f)", ratio.value(), ratio.min(), ratio.max()),
              Median.of(all, Round::heapBefore).text(0),
              Median.of(all, Round::heapStalled).text(0),
              Median.of(all, Round::heapAfter).text(0));
        });
    return table;
  }

  private static Table guests(Map<Contender, List<Round>> rounds) {
    Table table =
        new Table(
            "the stalled ones",
            "messages behind",
            "seconds to catch up",
            "lost, all rounds",
            "duplicated",
            "out of order",
            "hung up");
    rounds.forEach(
        (one, all) ->
            table.row(
                one.name(),
                Median.of(all, Round::behind).text(0),
                Median.of(all, Round::catchUpSeconds).text(2),
                Long.toString(all.stream().mapToLong(Round::lost).sum()),
                Long.toString(all.stream().mapToLong(round -> round.end.duplicates()).sum()),
                Long.toString(all.stream().mapToLong(round -> round.end.reordered()).sum()),
                Long.toString(all.stream().mapToLong(round -> round.end.hangUps()).sum())));
    return table;
  }
}
