package dev.parley.bench;

import dev.parley.bench.load.Crowd;
import dev.parley.bench.load.Generator;
import dev.parley.bench.load.Pace;
import dev.parley.bench.measure.Cpu;
import dev.parley.bench.measure.Machine;
import dev.parley.bench.measure.Median;
import dev.parley.bench.measure.Table;
import dev.parley.bench.server.Build;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Publishes to the members of channels, on one system after the other, round by round, so that what
 * else the machine does falls on all alike.
 */
abstract class LoadScenario implements Scenario {
  /** Half of the files that a process may usually have open. */
  private static final int MOST_CONNECTIONS = 10_000;

  /** What one round has shown of one system; processor times in seconds. */
  record Round(Crowd.Outcome outcome, double serverCpu, double storeCpu, double clientCpu) {
    double perSecond(long count) {
      return (double) count / outcome.seconds();
    }

    double messagesPerCpu() {
      return outcome.published() / serverCpu;
    }

    double deliveriesPerCpu() {
      return outcome.deliveries() / serverCpu;
    }

    double micros(double cpu) {
      return cpu * 1e6 / outcome.deliveries();
    }
  }

  /** The options beyond those that all have. */
  abstract Map<String, String> ownDefaults();

  /** Who is connected. */
  abstract Crowd.Shape shape(Options options);

  /** How it is published; anew for each round. */
  abstract Pace pace(Options options);

  /** The load, in a line. */
  abstract String describe(Options options);

  @Override
  public final Map<String, String> defaults() {
    Map<String, String> defaults =
        new LinkedHashMap<>(Contenders.defaults("parley,ws,socketio,netty,cometd"));
    defaults.put("payload", "100");
    defaults.put("rounds", "3");
    defaults.put("seconds", "5");
    defaults.put("warmup", "10");
    defaults.putAll(ownDefaults());
    return defaults;
  }

  @Override
  public final void run(Options options) throws InterruptedException {
    System.out.println(Machine.describe(Build.RUN));
    System.out.printf(
        "%s; %s bytes a payload, %s rounds of %s s after %s s of warming up%n%s%n",
        describe(options),
        options.text("payload"),
        options.text("rounds"),
        options.text("seconds"),
        options.text("warmup"),
        Contenders.describe(options));
    Map<Contender, Crowd> crowds = new LinkedHashMap<>();
    Map<Contender, List<Round>> rounds = new LinkedHashMap<>();
    try (Generator generator = new Generator();
        Contenders contenders = Contenders.start(options)) {
      boolean together = shape(options).connections() * contenders.all().size() <= MOST_CONNECTIONS;
      for (Contender one : contenders.all()) {
        Crowd crowd = Crowd.gather(generator, one.site(), shape(options));
        warmUp(options, crowd);
        if (together) {
          crowds.put(one, crowd);
        } else {
          crowd.close();
        }
      }
      for (int i = 0; i < options.number("rounds"); i++) {
        for (Contender one : contenders.all()) {
          Crowd crowd = crowds.get(one);
          Round round =
              crowd == null ? roundAlone(options, one, generator) : round(options, one, crowd);
          rounds.computeIfAbsent(one, key -> new ArrayList<>()).add(round);
        }
      }
      crowds.values().forEach(Crowd::close);
    }
    System.out.printf("%n%s%n%s%n", figures(rounds), counts(rounds));
  }

  private void warmUp(Options options, Crowd crowd) {
    for (int second = 0; second < options.number("warmup"); second++) {
      crowd.run(pace(options), 1000);
    }
  }

  /** With connections of its own, because those of all systems would be too many at once. */
  private Round roundAlone(Options options, Contender one, Generator generator)
      throws InterruptedException {
    try (Crowd crowd = Crowd.gather(generator, one.site(), shape(options))) {
      crowd.run(pace(options), 1000);
      return round(options, one, crowd);
    }
  }

  private Round round(Options options, Contender one, Crowd crowd) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(300);
    double server = one.server().cpu();
    double store = one.storeCpu().getAsDouble();
    double client = Cpu.self();
    Crowd.Outcome outcome = crowd.run(pace(options), options.number("seconds") * 1000L);
    return new Round(
        outcome,
        one.server().cpu() - server,
        one.storeCpu().getAsDouble() - store,
        Cpu.self() - client);
  }

  private static Table figures(Map<Contender, List<Round>> rounds) {
    Table table =
        new Table(
            "system",
            "messages/s",
            "deliveries/s",
            "messages/server CPU s",
            "deliveries/server CPU s (min..max)",
            "server CPU us/delivery",
            "store",
            "client",
            "p50 ms",
            "p99 ms");
    rounds.forEach(
        (one, all) ->
            table.row(
                one.name(),
                median(all, round -> round.perSecond(round.outcome.published()), 0),
                median(all, round -> round.perSecond(round.outcome.deliveries()), 0),
                median(all, Round::messagesPerCpu, 0),
                Median.of(all, Round::deliveriesPerCpu).withRange(),
                median(all, round -> round.micros(round.serverCpu), 2),
                median(all, round -> round.micros(round.storeCpu), 2),
                median(all, round -> round.micros(round.clientCpu), 2),
                median(all, round -> round.outcome.latencies().micros(0.50) / 1000, 2),
                median(all, round -> round.outcome.latencies().micros(0.99) / 1000, 2)));
    return table;
  }

  private static String median(List<Round> all, ToDoubleFunction<Round> figure, int digits) {
    return Median.of(all, figure).text(digits);
  }

  /** Sums over all rounds. */
  private static Table counts(Map<Contender, List<Round>> rounds) {
    Table table =
        new Table(
            "system, all rounds",
            "published",
            "delivered",
            "lost",
            "duplicated",
            "out of order",
            "stray",
            "hung up");
    rounds.forEach(
        (one, all) ->
            table.row(
                one.name(),
                sum(all, Crowd.Outcome::published),
                sum(all, Crowd.Outcome::deliveries),
                sum(all, Crowd.Outcome::lost),
                sum(all, Crowd.Outcome::duplicates),
                sum(all, Crowd.Outcome::reordered),
                sum(all, Crowd.Outcome::strays),
                sum(all, Crowd.Outcome::hangUps)));
    return table;
  }

  private static String sum(
      List<Round> all, java.util.function.ToLongFunction<Crowd.Outcome> count) {
    return String.format(
        java.util.Locale.ROOT,
        "%,d",
        all.stream().mapToLong(round -> count.applyAsLong(round.outcome)).sum());
  }
}
