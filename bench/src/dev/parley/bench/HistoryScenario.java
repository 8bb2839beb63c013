package dev.parley.bench;

import dev.parley.bench.HistoryQuestions.Question;
import dev.parley.bench.load.HistoryFill;
import dev.parley.bench.measure.Latencies;
import dev.parley.bench.measure.Machine;
import dev.parley.bench.measure.Table;
import dev.parley.bench.server.Build;
import dev.parley.bench.server.HistoryDatabase;
import dev.parley.bench.server.ParleyServer;
import dev.parley.bench.server.PlanLog;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Whether a conversation costs more the longer it is: one short and one long room, in turn. */
final class HistoryScenario implements Scenario {
  /** How long a statement may be that is printed above its plan. */
  private static final int STATEMENT = 200;

  @Override
  public String summary() {
    return "latency of pages, unread counts and recovery in a short and in a long room";
  }

  @Override
  public Map<String, String> defaults() {
    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("database", "postgresql,h2");
    defaults.put("messages", "1000,1000000");
    defaults.put("beside", "5000");
    defaults.put("payload", "100");
    defaults.put("repeats", "500");
    defaults.put("warmup", "200");
    defaults.put("plans", "true");
    defaults.put("jvm", "-Xmx1g -XX:+UseG1GC");
    return defaults;
  }

  @Override
  public void run(Options options) throws SQLException, InterruptedException {
    System.out.println(Machine.describe(Build.RUN));
    for (String kind : options.list("database")) {
      System.out.printf(
          "%nRooms of %s messages of %s bytes on %s; each question %s times in turn, after %s times"
              + " of warming up%n%n",
          options.text("messages"),
          options.text("payload"),
          kind,
          options.text("repeats"),
          options.text("warmup"));
      try (HistoryDatabase database = HistoryDatabase.start(kind)) {
        measure(options, database, fill(options, database));
      }
    }
  }

  /** Rooms that a server has made, filled when it has gone. */
  private static List<LongRoom> fill(Options options, HistoryDatabase database)
      throws SQLException {
    List<LongRoom> rooms = new ArrayList<>();
    try (ParleyServer server = server(options, database)) {
      for (String size : options.list("messages")) {
        rooms.add(LongRoom.create(server, Long.parseLong(size)));
      }
    }
    try (HistoryFill fill = new HistoryFill(database.url())) {
      fill.beside(rooms.get(0).channel(), options.number("beside"));
      for (LongRoom room : rooms) {
        room.fill(fill, options.number("payload"));
      }
    }
    database.analyze();
    return rooms;
  }

  private static ParleyServer server(Options options, HistoryDatabase database) {
    Map<String, String> properties = ParleySettings.common();
    // What is measured must not be removed meanwhile.
    properties.put("parley.channels.room.retention-count", "0");
    properties.put("parley.channels.room.retention-age", "PT0S");
    properties.putAll(database.settings());
    List<String> jvm = List.of(options.text("jvm").split(" ", -1));
    return ParleyServer.start("history", Build.WAR, jvm, properties);
  }

  private static void measure(Options options, HistoryDatabase database, List<LongRoom> rooms)
      throws SQLException, InterruptedException {
    List<HistoryFill.Head> heads = new ArrayList<>();
    try (HistoryFill log = new HistoryFill(database.url())) {
      for (LongRoom room : rooms) {
        heads.add(log.head(room.channel()));
      }
    }
    List<HistoryQuestions> asked = new ArrayList<>();
    try (ParleyServer server = server(options, database)) {
      for (int i = 0; i < rooms.size(); i++) {
        asked.add(new HistoryQuestions(server, rooms.get(i), heads.get(i)));
      }
      List<List<Question>> all = asked.stream().map(HistoryQuestions::all).toList();
      ask(all, options.number("warmup"));
      System.out.println(table(rooms, ask(all, options.number("repeats"))));
      PlanLog plans = options.flag("plans") ? database.plans() : null;
      if (plans != null) {
        explain(plans, rooms, all);
      }
      asked.forEach(HistoryQuestions::close);
    }
  }

  /** Of each question, the latencies in each room. */
  private static Map<String, List<Latencies>> ask(List<List<Question>> all, int times) {
    Map<String, List<Latencies>> latencies = new LinkedHashMap<>();
    for (int question = 0; question < all.get(0).size(); question++) {
      List<Latencies> ofRooms = all.stream().map(room -> new Latencies()).toList();
      latencies.put(all.get(0).get(question).text(), ofRooms);
      for (int i = 0; i < times; i++) {
        for (int room = 0; room < all.size(); room++) {
          ofRooms.get(room).record(all.get(room).get(question).asked().getAsLong());
        }
      }
    }
    return latencies;
  }

  private static Table table(List<LongRoom> rooms, Map<String, List<Latencies>> latencies) {
    List<String> head = new ArrayList<>(List.of("question"));
    for (String figure : List.of("p50 ms, ", "p99 ms, ")) {
      rooms.forEach(room -> head.add(String.format(Locale.ROOT, "%s%,d", figure, room.size())));
    }
    Table table = new Table(head.toArray(String[]::new));
    latencies.forEach(
        (question, ofRooms) -> {
          List<String> row = new ArrayList<>(List.of(question));
          for (double quantile : new double[] {0.50, 0.99}) {
            ofRooms.forEach(one -> row.add(millis(one.micros(quantile))));
          }
          table.row(row.toArray(String[]::new));
        });
    return table;
  }

  private static String millis(double micros) {
    return String.format(Locale.ROOT, "%.2f", micros / 1000);
  }

  /** Asks everything once more, and prints how the database has found the answers. */
  private static void explain(PlanLog plans, List<LongRoom> rooms, List<List<Question>> all)
      throws InterruptedException {
    plans.on(true);
    try {
      for (int question = 0; question < all.get(0).size(); question++) {
        for (int room = 0; room < rooms.size(); room++) {
          Question one = all.get(room).get(question);
          String title =
              String.format(Locale.ROOT, "%s, %,d messages", one.text(), rooms.get(room).size());
          print(title, plans.of(one.asked()));
        }
      }
    } finally {
      plans.on(false);
    }
  }

  private static void print(String title, Map<String, String> plans) {
    System.out.printf("--- %s%n", title);
    plans.forEach((statement, plan) -> System.out.printf("%s%n%s%n", shortened(statement), plan));
  }

  private static String shortened(String statement) {
    String withoutColumns = statement.replaceFirst("^select .*? from ", "select ... from ");
    return withoutColumns.substring(0, Math.min(STATEMENT, withoutColumns.length()));
  }
}
