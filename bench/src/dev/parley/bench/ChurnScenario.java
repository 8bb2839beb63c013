package dev.parley.bench;

import dev.parley.bench.load.Churn;
import dev.parley.bench.load.Generator;
import dev.parley.bench.measure.Machine;
import dev.parley.bench.measure.Table;
import dev.parley.bench.server.Build;
import dev.parley.bench.server.ParleyServer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Whether anything stays behind of clients that have come and gone. */
final class ChurnScenario implements Scenario {
  private static final int PARTS = 2;

  @Override
  public String summary() {
    return "gauges, threads and heap after very many connects and disconnects";
  }

  @Override
  public Map<String, String> defaults() {
    Map<String, String> defaults = new LinkedHashMap<>(Contenders.defaults("parley"));
    defaults.put("connections", "200000");
    defaults.put("at-once", "100");
    defaults.put("warmup", "10000");
    return defaults;
  }

  @Override
  public void run(Options options) throws InterruptedException {
    System.out.println(Machine.describe(Build.RUN));
    System.out.printf(
        "%s connections in %d parts after %s of warming up, %s at once; half over WebSocket, a quarter"
            + " each over SSE and polling; one of five leaves before it is ready%n%s%n",
        options.text("connections"),
        PARTS,
        options.text("warmup"),
        options.text("at-once"),
        Contenders.describe(options));
    try (Generator generator = new Generator();
        Contenders contenders = Contenders.start(options)) {
      for (Contender one : contenders.all()) {
        if (one.server() instanceof ParleyServer parley) {
          System.out.printf("%n%s%n", measure(options, generator, one, parley));
        }
      }
    }
  }

  private static Table measure(
      Options options, Generator generator, Contender one, ParleyServer server)
      throws InterruptedException {
    OpenConnections open = new OpenConnections(server);
    Table table =
        new Table(
            one.name(),
            "connections/s",
            "could not connect",
            "parley_connections",
            "s until then",
            "threads",
            "live heap MiB");
    part(options, generator, one, server, open, options.number("warmup"), table);
    int part = options.number("connections") / PARTS;
    for (int i = 0; i < PARTS; i++) {
      part(options, generator, one, server, open, part, table);
    }
    return table;
  }

  private static void part(
      Options options,
      Generator generator,
      Contender one,
      ParleyServer server,
      OpenConnections open,
      int count,
      Table table)
      throws InterruptedException {
    long begin = System.nanoTime();
    long failed = Churn.run(generator, one.site(), count, options.number("at-once"));
    double seconds = (System.nanoTime() - begin) / 1e9;
    begin = System.nanoTime();
    open.awaitNone();
    System.err.printf("%,d connections in %.0f s%n", count, seconds);
    double untilEmpty = (System.nanoTime() - begin) / 1e9;
    table.row(
        String.format("%,d", count),
        String.format("%,.0f", count / seconds),
        Long.toString(failed),
        open.describe(),
        String.format("%.1f", untilEmpty),
        Integer.toString(server.threads()),
        String.format("%.1f", server.liveHeap() / 1024.0));
  }
}
