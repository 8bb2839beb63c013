package dev.parley.bench;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs the scenario that the first argument names. */
public final class Bench {
  private static final Map<String, Scenario> SCENARIOS =
      new TreeMap<>(
          Map.ofEntries(
              entry("publish", new PublishScenario()),
              entry("fanout", new FanoutScenario()),
              entry("channels", new ChannelsScenario()),
              entry("pingpong", new PingPongScenario()),
              entry("connect", new ConnectScenario()),
              entry("stalled", new StalledScenario()),
              entry("churn", new ChurnScenario()),
              entry("frames", new FramesScenario()),
              entry("budget", new BudgetScenario()),
              entry("cluster", new ClusterScenario()),
              entry("history", new HistoryScenario())));

  private Bench() {}

  public static void main(String[] args) throws Exception {
    Scenario scenario = args.length == 0 ? null : SCENARIOS.get(args[0]);
    if (scenario == null) {
      System.err.println("usage: bench/run <scenario> [--option value]...");
      SCENARIOS.forEach((name, one) -> System.err.println("  " + name + ": " + one.summary()));
      System.exit(2);
      return;
    }
    List<String> rest = Arrays.asList(args).subList(1, args.length);
    try {
      scenario.run(new Options(scenario.defaults(), rest));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
    // The clients' threads would keep the process alive.
    System.exit(0);
  }
}
