package dev.parley.bench;

import dev.parley.bench.load.InsidePublishers;
import dev.parley.bench.load.JdbcAppends;
import dev.parley.bench.load.PublishLoad;
import dev.parley.bench.load.WebSocketPublishers;
import dev.parley.bench.measure.Cpu;
import dev.parley.bench.measure.Machine;
import dev.parley.bench.measure.Median;
import dev.parley.bench.measure.Table;
import dev.parley.bench.server.Build;
import dev.parley.bench.server.ParleyServer;
import dev.parley.bench.server.PostgresServer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * How many messages a second are stored and acknowledged. Variants run side by side: each round
 * measures every case on every variant before the next round begins, so that what else the machine
 * does falls on all alike.
 */
final class PublishScenario implements Scenario {
  /** One figure of the table. */
  private record Case(
      Variant variant, ParleyServer server, String via, int channels, PublishLoad load) {
    String name() {
      return variant.name()
          + ", "
          + via
          + ", "
          + channels
          + (channels == 1 ? " channel" : " channels");
    }
  }

  /** What one round has shown of one case. */
  private record Round(
      PublishLoad.Run run,
      double perTransaction,
      double serverCpu,
      double databaseCpu,
      double clientCpu,
      Map<String, Double> threads) {
    double perSecond() {
      return run.published() / run.seconds();
    }
  }

  @Override
  public String summary() {
    return "committed publishes a second, without a transport and through WebSocket";
  }

  @Override
  public Map<String, String> defaults() {
    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("database", "h2,postgresql");
    defaults.put("via", "direct,websocket");
    defaults.put("channels", "1,50");
    defaults.put("publishers", "50");
    defaults.put("payload", "100");
    defaults.put("keys", "false");
    defaults.put("rounds", "5");
    defaults.put("seconds", "5");
    defaults.put("warmup", "15");
    defaults.put("variants", "parley");
    defaults.put("alone", "true");
    defaults.put("threads", "false");
    defaults.put("recording", "false");
    return defaults;
  }

  @Override
  public void run(Options options) throws Exception {
    System.out.println(Machine.describe(Build.RUN));
    System.out.printf(
        "%s publishers in a closed loop, %s bytes a payload, idempotency keys: %s, %s rounds of %s s%n",
        options.text("publishers"),
        options.text("payload"),
        options.flag("keys") ? "yes" : "no",
        options.text("rounds"),
        options.text("seconds"));
    for (String database : options.list("database")) {
      switch (database) {
        case "h2" -> measure(options, database, null);
        case "postgresql" -> {
          try (PostgresServer postgres = PostgresServer.start()) {
            measure(options, database, postgres);
          }
        }
        default -> throw new IllegalArgumentException("no such database: " + database);
      }
    }
  }

  private void measure(Options options, String database, @Nullable PostgresServer postgres)
      throws Exception {
    List<ParleyServer> servers = new ArrayList<>();
    Map<Case, List<Round>> rounds = new LinkedHashMap<>();
    try {
      for (String text : options.text("variants").split(" ", -1)) {
        Variant variant = Variant.parse(text);
        ParleyServer server = start(options, database, postgres, variant);
        servers.add(server);
        cases(options, variant, server).forEach(one -> rounds.put(one, new ArrayList<>()));
      }
      warmUp(options, rounds.keySet());
      for (int i = 0; i < options.number("rounds"); i++) {
        for (Map.Entry<Case, List<Round>> one : rounds.entrySet()) {
          one.getValue().add(round(options, one.getKey(), postgres));
        }
      }
      System.out.printf("%n%s%n%n%s%n", title(database, postgres), table(rounds));
      if (options.flag("threads")) {
        System.out.printf("%nserver CPU ms/1,000 by threads%n%n%s%n", threads(rounds));
      }
      if (postgres != null && options.flag("alone")) {
        System.out.printf(
            "%n%s without Parley%n%n%s%n", title(database, postgres), alone(options, postgres));
      }
    } finally {
      rounds.keySet().forEach(one -> one.load().close());
      servers.forEach(ParleyServer::close);
    }
  }

  private static String title(String database, @Nullable PostgresServer postgres) {
    return postgres == null
        ? database + ", embedded file"
        : database
            + " "
            + postgres.query("show server_version")
            + ", fsync and synchronous_commit on, "
            + postgres.query("show wal_sync_method");
  }

  private static ParleyServer start(
      Options options, String database, @Nullable PostgresServer postgres, Variant variant) {
    String name = database + "-" + variant.name();
    Map<String, String> properties = ParleySettings.unlimited();
    // What is measured is storing, not removing.
    properties.put("parley.channels.room.retention-count", "0");
    if (postgres != null) {
      properties.putAll(postgres.settings(variant.name().replaceAll("[^a-z0-9]", "_")));
    }
    properties.putAll(variant.properties());
    List<String> jvmOptions = new ArrayList<>(List.of("-Xmx1g"));
    if (options.flag("recording")) {
      jvmOptions.add(
          "-XX:StartFlightRecording=settings=profile,dumponexit=true,filename="
              + Build.RUN.resolve(name + ".jfr").toAbsolutePath());
    }
    return ParleyServer.start(
        name,
        Build.withDriver(variant.war(), Build.RUN.resolve(name + ".war")),
        jvmOptions,
        properties);
  }

  private static List<Case> cases(Options options, Variant variant, ParleyServer server) {
    List<Case> cases = new ArrayList<>();
    for (String via : options.list("via")) {
      for (String text : options.list("channels")) {
        int channels = Integer.parseInt(text);
        cases.add(new Case(variant, server, via, channels, load(options, via, server, channels)));
      }
    }
    return cases;
  }

  private static PublishLoad load(Options options, String via, ParleyServer server, int channels) {
    int publishers = options.number("publishers");
    int payload = options.number("payload");
    boolean keys = options.flag("keys");
    return switch (via) {
      case "direct" -> new InsidePublishers(server, publishers, channels, payload, keys);
      case "websocket" -> new WebSocketPublishers(server, publishers, channels, payload, keys);
      default -> throw new IllegalArgumentException("no such way: " + via);
    };
  }

  private static void warmUp(Options options, Iterable<Case> cases) throws InterruptedException {
    for (int i = 0; i < options.number("warmup"); i++) {
      for (Case one : cases) {
        one.load().run(1000);
      }
    }
  }

  private static Round round(Options options, Case one, @Nullable PostgresServer postgres)
      throws Exception {
    Properties before = committed(one.server());
    double server = one.server().cpu();
    double database = postgres == null ? 0 : postgres.cpu();
    double client = Cpu.self();
    Map<String, Double> threads = new TreeMap<>(one.server().cpuOfThreads());
    PublishLoad.Run run = one.load().run(options.number("seconds") * 1000L);
    client = Cpu.self() - client;
    database = postgres == null ? Double.NaN : postgres.cpu() - database;
    server = one.server().cpu() - server;
    Map<String, Double> threadsBefore = threads;
    threads = new TreeMap<>(one.server().cpuOfThreads());
    threads.replaceAll((name, cpu) -> cpu - threadsBefore.getOrDefault(name, 0.0));
    Properties after = committed(one.server());
    double messages = difference(before, after, "messages");
    if (run.failed() > 0 || messages != run.published()) {
      throw new IllegalStateException(
          String.format(
              "%s: %d acknowledged, %.0f committed, %d failed",
              one.name(), run.published(), messages, run.failed()));
    }
    double thousands = run.published() / 1000.0;
    return new Round(
        run,
        messages / difference(before, after, "transactions"),
        server / thousands,
        database / thousands,
        client / thousands,
        threads);
  }

  private static Properties committed(ParleyServer server) throws Exception {
    Properties committed = new Properties();
    committed.load(new java.io.StringReader(server.get("/bench/committed")));
    return committed;
  }

  private static double difference(Properties before, Properties after, String key) {
    return Double.parseDouble(after.getProperty(key)) - Double.parseDouble(before.getProperty(key));
  }

  private static Table table(Map<Case, List<Round>> rounds) {
    Table table =
        new Table(
            "case",
            "publishes/s (min..max)",
            "p50 ms",
            "p99 ms",
            "messages/transaction",
            "server CPU s/1,000",
            "database CPU s/1,000",
            "client CPU s/1,000");
    rounds.forEach(
        (one, all) ->
            table.row(
                one.name(),
                Median.of(all, Round::perSecond).withRange(),
                median(all, round -> round.run.p50() / 1000, 1),
                median(all, round -> round.run.p99() / 1000, 1),
                median(all, Round::perTransaction, 1),
                median(all, Round::serverCpu, 3),
                median(all, Round::databaseCpu, 3),
                median(all, Round::clientCpu, 3)));
    return table;
  }

  private static Table threads(Map<Case, List<Round>> rounds) {
    Set<String> groups = new TreeSet<>();
    rounds.values().forEach(all -> all.forEach(round -> groups.addAll(round.threads.keySet())));
    groups.removeIf(
        group ->
            rounds.values().stream().allMatch(all -> Median.of(all, threads(group)).value() < 1));
    List<String> head = new ArrayList<>(groups);
    head.add(0, "case");
    Table table = new Table(head.toArray(String[]::new));
    rounds.forEach(
        (one, all) -> {
          List<String> cells = new ArrayList<>(List.of(one.name()));
          groups.forEach(group -> cells.add(median(all, threads(group), 0)));
          table.row(cells.toArray(String[]::new));
        });
    return table;
  }

  private static ToDoubleFunction<Round> threads(String group) {
    return round -> round.threads.getOrDefault(group, 0.0) * 1_000_000 / round.run.published();
  }

  private static String median(List<Round> all, ToDoubleFunction<Round> figure, int digits) {
    return Median.of(all, figure).text(digits);
  }

  /** The first variant's tables are used, by connections of our own. */
  private static Table alone(Options options, PostgresServer postgres) throws Exception {
    String variant = Variant.parse(options.text("variants").split(" ", -1)[0]).name();
    String url = postgres.address(variant.replaceAll("[^a-z0-9]", "_"));
    int payload = options.number("payload");
    Map<String, JdbcAppends> loads = new LinkedHashMap<>();
    loads.put(
        "16 connections, 1 channel, 1 a transaction", new JdbcAppends(url, 16, 1, 1, payload));
    loads.put(
        "16 connections, 50 channels, 1 a transaction", new JdbcAppends(url, 16, 50, 1, payload));
    loads.put("1 connection, 1 channel, 50 a transaction", new JdbcAppends(url, 1, 1, 50, payload));
    Table table =
        new Table("case", "messages/s (min..max)", "p50 ms", "p99 ms", "database CPU s/1,000");
    for (Map.Entry<String, JdbcAppends> one : loads.entrySet()) {
      List<Round> rounds = new ArrayList<>();
      for (int i = 0; i < options.number("rounds"); i++) {
        double cpu = postgres.cpu();
        PublishLoad.Run run = one.getValue().run(options.number("seconds") * 1000L);
        double database = (postgres.cpu() - cpu) / (run.published() / 1000.0);
        rounds.add(new Round(run, 0, 0, database, 0, Map.of()));
      }
      table.row(
          one.getKey(),
          Median.of(rounds, Round::perSecond).withRange(),
          median(rounds, round -> round.run.p50() / 1000, 1),
          median(rounds, round -> round.run.p99() / 1000, 1),
          median(rounds, Round::databaseCpu, 3));
    }
    return table;
  }
}
