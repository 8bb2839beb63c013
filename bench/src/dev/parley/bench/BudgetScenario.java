package dev.parley.bench;

import dev.parley.bench.load.Crowd;
import dev.parley.bench.load.Generator;
import dev.parley.bench.load.OpenLoop;
import dev.parley.bench.load.Transport;
import dev.parley.bench.measure.Latencies;
import dev.parley.bench.measure.Machine;
import dev.parley.bench.measure.Table;
import dev.parley.bench.server.Build;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where the time of one publish goes: messages come one by one, and the server records each part of
 * their way.
 */
final class BudgetScenario implements Scenario {
  /** In the order in which a message passes them. */
  private static final List<String> PARTS =
      List.of("ACCEPT", "AUTHORIZE", "WAIT", "STORE", "ANNOUNCE", "GATHER", "FAN_OUT", "WRITE");

  private static final Path RECORDING = Build.RUN.resolve("budget.jfr").toAbsolutePath();

  /** How long one part took, for each event and for each message. */
  private static final class Part {
    final Latencies latencies = new Latencies();
    long messages;
    long nanos;

    void add(RecordedEvent event) {
      latencies.record(event.getDuration().toNanos());
      messages += event.getInt("messages");
      nanos += event.getDuration().toNanos();
    }
  }

  @Override
  public String summary() {
    return "where the time of one publish goes, from the server's own spans";
  }

  @Override
  public Map<String, String> defaults() {
    Map<String, String> defaults = new LinkedHashMap<>(Contenders.defaults("parley"));
    defaults.put("jvm", "-Xmx1g -XX:+UseG1GC");
    defaults.put("channels", "100");
    defaults.put("members", "100");
    defaults.put("publishers", "4");
    defaults.put("rate", "50");
    defaults.put("payload", "100");
    defaults.put("seconds", "20");
    defaults.put("warmup", "40");
    return defaults;
  }

  @Override
  public void run(Options options) throws InterruptedException {
    System.out.println(Machine.describe(Build.RUN));
    System.out.printf(
        "%s channels of %s members, %s messages a second in all, for %s s after %s s; Parley on"
            + " %s%n%n",
        options.text("channels"),
        options.text("members"),
        options.text("rate"),
        options.text("seconds"),
        options.text("warmup"),
        options.text("database"));
    Instant began;
    Crowd.Outcome outcome;
    try (Generator generator = new Generator();
        Contenders contenders = Contenders.start(recording(options))) {
      try (Crowd crowd = Crowd.gather(generator, contenders.all().get(0).site(), shape(options))) {
        crowd.run(new OpenLoop(options.number("rate")), options.number("warmup") * 1000L);
        began = Instant.now();
        outcome =
            crowd.run(new OpenLoop(options.number("rate")), options.number("seconds") * 1000L);
      }
    }
    System.out.println(table(parts(began)));
    System.out.printf(
        "%,d messages to %,d receivers; from publishing to reading p50 %.2f ms, p99 %.2f ms; %s%n",
        outcome.published(),
        outcome.deliveries(),
        outcome.latencies().micros(0.50) / 1000,
        outcome.latencies().micros(0.99) / 1000,
        outcome.isClean() ? "nothing lost, doubled or out of order" : "NOT EVERYTHING ARRIVED");
  }

  private static Crowd.Shape shape(Options options) {
    return new Crowd.Shape(
        Transport.WEBSOCKET,
        options.number("channels"),
        options.number("members"),
        options.number("publishers"),
        options.number("payload"));
  }

  /** The same options, with a server that records what the application says, and nothing else. */
  private static Options recording(Options options) {
    return options.with(
        "jvm",
        options.text("jvm")
            + " -XX:StartFlightRecording=settings=none,dumponexit=true,filename="
            + RECORDING);
  }

  private static Map<String, Part> parts(Instant began) {
    Map<String, Part> parts = new LinkedHashMap<>();
    PARTS.forEach(name -> parts.put(name, new Part()));
    try (RecordingFile file = new RecordingFile(RECORDING)) {
      while (file.hasMoreEvents()) {
        RecordedEvent event = file.readEvent();
        if (event.getEventType().getName().equals("parley.Stage")
            && event.getStartTime().isAfter(began)) {
          parts.computeIfAbsent(event.getString("part"), name -> new Part()).add(event);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return parts;
  }

  private static Table table(Map<String, Part> parts) {
    Table table = new Table("part", "times", "messages", "mean us", "p50 us", "p99 us");
    parts.forEach(
        (name, part) ->
            table.row(
                name,
                String.format("%,d", part.latencies.count()),
                String.format("%,d", part.messages),
                String.format("%.1f", part.nanos / 1000.0 / Math.max(1, part.latencies.count())),
                String.format("%.1f", part.latencies.micros(0.50)),
                String.format("%.1f", part.latencies.micros(0.99))));
    return table;
  }
}
