package dev.parley.bench;

import dev.parley.bench.load.Crowd;
import dev.parley.bench.load.Generator;
import dev.parley.bench.load.Pace;
import dev.parley.bench.measure.Machine;
import dev.parley.bench.measure.Table;
import dev.parley.bench.server.Build;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Publishes to the members of channels, on one system after the other, round by round, so that what
 * else the machine does falls on all alike.
 */
abstract class LoadScenario implements Scenario {
  /** Half of the files that a process may usually have open. */
  private static final int MOST_CONNECTIONS = 10_000;

  /** The options beyond those that all have. */
  abstract Map<String, String> ownDefaults();

  /** Who is connected. */
  abstract Crowd.Shape shape(Options options);

  /** How it is published; anew for each round. */
  abstract Pace pace(Options options);

  /** The load, in a line. */
  abstract String describe(Options options);

  /** The ways to publish that each round has, by what they add to the names of the rows. */
  Map<String, Supplier<Pace>> paces(Options options) {
    return Map.of("", () -> pace(options));
  }

  /** Starts what is measured. */
  Contenders contenders(Options options) {
    return Contenders.start(options);
  }

  /** The first table. */
  Table figures(Map<String, List<LoadRound>> rounds) {
    return LoadTables.figures(rounds);
  }

  @Override
  public final Map<String, String> defaults() {
    Map<String, String> defaults =
        new LinkedHashMap<>(Contenders.defaults("parley,ws,socketio,netty,cometd"));
    defaults.put("payload", "100");
    defaults.put("rounds", "3");
    defaults.put("seconds", "5");
    defaults.put("warmup", "10");
    defaults.put("settle", "1");
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
    Map<String, List<LoadRound>> rounds = new LinkedHashMap<>();
    try (Generator generator = new Generator();
        Contenders contenders = contenders(options)) {
      boolean together = shape(options).connections() * contenders.all().size() <= MOST_CONNECTIONS;
      for (Contender one : contenders.all()) {
        Crowd crowd = Crowd.gather(generator, one.entrances(), shape(options));
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
          if (crowd == null) {
            roundsAlone(options, one, generator, rounds);
          } else {
            rounds(options, one, crowd, rounds);
          }
        }
      }
      crowds.values().forEach(Crowd::close);
    }
    System.out.printf("%n%s%n%s%n", figures(rounds), LoadTables.counts(rounds));
  }

  private void warmUp(Options options, Crowd crowd) {
    for (int second = 0; second < options.number("warmup"); second++) {
      for (Supplier<Pace> pace : warmUps(options)) {
        crowd.run(pace.get(), 1000);
      }
    }
  }

  /** The loads under which a system warms up, a second of each in turn. */
  Collection<Supplier<Pace>> warmUps(Options options) {
    return paces(options).values();
  }

  /** With connections of its own, because those of all systems would be too many at once. */
  private void roundsAlone(
      Options options, Contender one, Generator generator, Map<String, List<LoadRound>> rounds)
      throws InterruptedException {
    try (Crowd crowd = Crowd.gather(generator, one.entrances(), shape(options))) {
      crowd.run(pace(options), options.number("settle") * 1000L);
      rounds(options, one, crowd, rounds);
    }
  }

  private void rounds(
      Options options, Contender one, Crowd crowd, Map<String, List<LoadRound>> rounds)
      throws InterruptedException {
    for (Map.Entry<String, Supplier<Pace>> pace : paces(options).entrySet()) {
      TimeUnit.MILLISECONDS.sleep(300);
      LoadRound.Spent before = LoadRound.Spent.by(one);
      Crowd.Outcome outcome = crowd.run(pace.getValue().get(), options.number("seconds") * 1000L);
      LoadRound round = new LoadRound(outcome, LoadRound.Spent.by(one).since(before));
      String name = one.name() + pace.getKey();
      rounds.computeIfAbsent(name, key -> new ArrayList<>()).add(round);
    }
  }
}
