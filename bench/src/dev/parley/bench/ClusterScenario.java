package dev.parley.bench;

import dev.parley.bench.load.ClosedLoop;
import dev.parley.bench.load.Crowd;
import dev.parley.bench.load.OpenLoop;
import dev.parley.bench.load.Pace;
import dev.parley.bench.load.Transport;
import dev.parley.bench.measure.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a delivery costs that crosses from one node to another: published at node A, received at
 * node B, first as fast as it goes and then at a steady rate.
 */
final class ClusterScenario extends LoadScenario {
  @Override
  public String summary() {
    return "deliveries a second of CPU of two nodes, and p99 from one to the other";
  }

  @Override
  Map<String, String> ownDefaults() {
    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("systems", "parley,socketio");
    defaults.put("database", "postgresql");
    defaults.put("parley-channels", "durable=room:bench,ephemeral=live:bench");
    defaults.put("channels", "10");
    defaults.put("members", "100");
    defaults.put("members-on", "b");
    defaults.put("publishers", "4");
    defaults.put("window", "2");
    defaults.put("rate", "50");
    defaults.put("transport", "websocket");
    return defaults;
  }

  @Override
  Contenders contenders(Options options) {
    return Contenders.start(options, Placement.pair(options.text("members-on")));
  }

  @Override
  Crowd.Shape shape(Options options) {
    return new Crowd.Shape(
        Transport.named(options.text("transport")),
        options.number("channels"),
        options.number("members"),
        options.number("publishers"),
        options.number("payload"));
  }

  @Override
  Pace pace(Options options) {
    return new ClosedLoop(options.number("window"));
  }

  @Override
  Map<String, Supplier<Pace>> paces(Options options) {
    Map<String, Supplier<Pace>> paces = new LinkedHashMap<>();
    paces.put(", as fast as it goes", () -> pace(options));
    paces.put(", steady", () -> new OpenLoop(options.number("rate")));
    return paces;
  }

  @Override
  Table figures(Map<String, List<LoadRound>> rounds) {
    return LoadTables.figuresOfTwo(rounds);
  }

  @Override
  String describe(Options options) {
    return String.format(
        "two nodes, published at a, members at %s; %s channels of %s members over %s,"
            + " %s messages of each under way at a time, then %s messages a second in all",
        options.text("members-on"),
        options.text("channels"),
        options.text("members"),
        options.text("transport"),
        options.text("window"),
        options.text("rate"));
  }
}
