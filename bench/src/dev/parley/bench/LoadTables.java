package dev.parley.bench;

import dev.parley.bench.load.Crowd;
import dev.parley.bench.measure.Median;
import dev.parley.bench.measure.Table;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** What is printed of the rounds of a {@link LoadScenario}; each row has its name as the key. */
final class LoadTables {
  private LoadTables() {}

  /** Medians for systems of one node. */
  static Table figures(Map<String, List<LoadRound>> rounds) {
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
        (name, all) ->
            table.row(
                name,
                median(all, round -> round.perSecond(round.outcome().published()), 0),
                median(all, round -> round.perSecond(round.outcome().deliveries()), 0),
                median(all, LoadRound::messagesPerCpu, 0),
                Median.of(all, LoadRound::deliveriesPerCpu).withRange(),
                median(all, round -> round.micros(round.serverCpu()), 2),
                median(all, round -> round.micros(round.storeCpu()), 2),
                median(all, round -> round.micros(round.cpu().client()), 2),
                median(all, round -> round.millis(0.50), 2),
                median(all, round -> round.millis(0.99), 2)));
    return table;
  }

  /** Medians for systems of two nodes: what each of them and each store has used. */
  static Table figuresOfTwo(Map<String, List<LoadRound>> rounds) {
    Table table =
        new Table(
            "system",
            "messages/s",
            "deliveries/s",
            "deliveries/CPU s of both nodes (min..max)",
            "node A CPU us/delivery",
            "node B",
            "PostgreSQL",
            "Redis",
            "client",
            "p50 ms",
            "p99 ms (min..max)");
    rounds.forEach(
        (name, all) ->
            table.row(
                name,
                median(all, round -> round.perSecond(round.outcome().published()), 0),
                median(all, round -> round.perSecond(round.outcome().deliveries()), 0),
                Median.of(all, LoadRound::deliveriesPerCpu).withRange(),
                median(all, round -> round.micros(round.cpu().nodes().get(0)), 2),
                median(all, round -> round.micros(round.cpu().nodes().get(1)), 2),
                median(all, round -> round.micros(round.storeCpu("PostgreSQL")), 2),
                median(all, round -> round.micros(round.storeCpu("Redis")), 2),
                median(all, round -> round.micros(round.cpu().client()), 2),
                median(all, round -> round.millis(0.50), 2),
                Median.of(all, round -> round.millis(0.99)).withRange(2)));
    return table;
  }

  private static String median(
      List<LoadRound> all, ToDoubleFunction<LoadRound> figure, int digits) {
    return Median.of(all, figure).text(digits);
  }

  /** Sums over all rounds. */
  static Table counts(Map<String, List<LoadRound>> rounds) {
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
        (name, all) ->
            table.row(
                name,
                sum(all, Crowd.Outcome::published),
                sum(all, Crowd.Outcome::deliveries),
                sum(all, Crowd.Outcome::lost),
                sum(all, Crowd.Outcome::duplicates),
                sum(all, Crowd.Outcome::reordered),
                sum(all, Crowd.Outcome::strays),
                sum(all, Crowd.Outcome::hangUps)));
    return table;
  }

  private static String sum(List<LoadRound> all, ToLongFunction<Crowd.Outcome> count) {
    return String.format(
        Locale.ROOT,
        "%,d",
        all.stream().mapToLong(round -> count.applyAsLong(round.outcome())).sum());
  }
}
