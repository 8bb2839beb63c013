package dev.parley.bench;

import dev.parley.bench.load.Crowd;
import dev.parley.bench.load.Generator;
import dev.parley.bench.load.Transport;
import dev.parley.bench.measure.Machine;
import dev.parley.bench.measure.Median;
import dev.parley.bench.measure.Memory.Instances;
import dev.parley.bench.measure.Table;
import dev.parley.bench.server.Build;
import dev.parley.bench.server.ParleyServer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** How fast connections come, and what each of them holds. */
final class ConnectScenario implements Scenario {
  private static final int CHANNELS = 100;
  private static final int SETTLE_SECONDS = 3;
  private static final int HISTOGRAM_LINES = 40;
  private static final Instances NONE = new Instances(0, 0);

  /** What one round has shown; KiB of a connection. */
  private record Round(double perSecond, double cpuMillis, double heap, double rss) {}

  @Override
  public String summary() {
    return "connects a second, and memory of a connection";
  }

  @Override
  public Map<String, String> defaults() {
    Map<String, String> defaults =
        new LinkedHashMap<>(Contenders.defaults("parley,ws,socketio,netty,cometd"));
    defaults.put("connections", "10000");
    defaults.put("transport", "websocket");
    defaults.put("rounds", "3");
    defaults.put("warmup", "1000");
    defaults.put("warmups", "1");
    defaults.put("histogram", "false");
    defaults.put("address", "127.0.0.1");
    return defaults;
  }

  @Override
  public void run(Options options) throws InterruptedException {
    System.out.println(Machine.describe(Build.RUN));
    System.out.printf(
        "%s connections to %s over %s, each subscribed to one of %d channels, %s rounds after %s%n%s%n",
        options.text("connections"),
        options.text("address"),
        options.text("transport"),
        CHANNELS,
        options.text("rounds"),
        options.text("warmups") + " times " + options.text("warmup") + " of warming up",
        Contenders.describe(options));
    Map<Contender, List<Round>> rounds = new LinkedHashMap<>();
    try (Generator generator = new Generator(address(options));
        Contenders contenders = Contenders.start(options)) {
      for (int i = 0; i < options.number("warmups"); i++) {
        for (Contender one : contenders.all()) {
          awaitNone(one);
          Crowd.gather(generator, one.site(), shape(options, "warmup")).close();
        }
      }
      for (int i = 0; i < options.number("rounds"); i++) {
        for (Contender one : contenders.all()) {
          Round round = round(options, generator, one, i == 0);
          rounds.computeIfAbsent(one, key -> new ArrayList<>()).add(round);
        }
      }
    }
    System.out.printf("%n%s%n", table(rounds));
  }

  private static InetAddress address(Options options) {
    try {
      return InetAddress.getByName(options.text("address"));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("--address " + options.text("address"), e);
    }
  }

  private static Crowd.Shape shape(Options options, String size) {
    return new Crowd.Shape(
        Transport.named(options.text("transport")),
        CHANNELS,
        options.number(size) / CHANNELS,
        0,
        100);
  }

  private static Round round(Options options, Generator generator, Contender one, boolean first)
      throws InterruptedException {
    boolean histogram = first && options.flag("histogram");
    awaitNone(one);
    TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
    Map<String, Instances> classesBefore = histogram ? classes(one) : Map.of();
    long heap = one.server().liveHeap();
    long rss = one.server().rss();
    double cpu = one.server().cpu();
    try (Crowd crowd = Crowd.gather(generator, one.site(), shape(options, "connections"))) {
      cpu = one.server().cpu() - cpu;
      TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
      rss = one.server().rss() - rss;
      heap = one.server().liveHeap() - heap;
      if (histogram) {
        System.out.printf(
            "%n%s%n%n%s%n", one.name(), difference(options, classesBefore, classes(one)));
      }
      double count = options.number("connections");
      return new Round(
          count / crowd.connectSeconds(), cpu * 1000 / count, heap / count, rss / count);
    }
  }

  private static void awaitNone(Contender one) throws InterruptedException {
    if (one.server() instanceof ParleyServer parley) {
      new OpenConnections(parley).awaitNone();
    }
  }

  private static Map<String, Instances> classes(Contender one) {
    return one.server() instanceof ParleyServer parley ? parley.histogram() : Map.of();
  }

  private static Table difference(
      Options options, Map<String, Instances> before, Map<String, Instances> after) {
    double count = options.number("connections");
    Map<String, Long> growth = new TreeMap<>();
    after.forEach(
        (name, now) -> growth.put(name, now.bytes() - before.getOrDefault(name, NONE).bytes()));
    Table table = new Table("class", "bytes of a connection", "objects of a connection");
    growth.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(HISTOGRAM_LINES)
        .forEach(
            one -> {
              long objects =
                  after.getOrDefault(one.getKey(), NONE).count()
                      - before.getOrDefault(one.getKey(), NONE).count();
              table.row(
                  one.getKey(),
                  String.format("%.0f", one.getValue() / count),
                  String.format("%.2f", objects / count));
            });
    return table;
  }

  private static Table table(Map<Contender, List<Round>> rounds) {
    Table table =
        new Table(
            "system",
            "connects/s (min..max)",
            "server CPU ms each",
            "live heap KiB each",
            "RSS KiB each, first round");
    rounds.forEach(
        (one, all) ->
            table.row(
                one.name(),
                Median.of(all, Round::perSecond).withRange(),
                Median.of(all, Round::cpuMillis).text(2),
                Median.of(all, Round::heap).text(1),
                Median.of(all.subList(0, 1), Round::rss).text(1)));
    return table;
  }
}
