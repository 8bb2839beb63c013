package dev.parley.bench;

import dev.parley.bench.load.ClosedLoop;
import dev.parley.bench.load.Crowd;
import dev.parley.bench.load.OpenLoop;
import dev.parley.bench.load.Pace;
import dev.parley.bench.load.Transport;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What a message costs when messages come one by one: many channels, at a steady rate. */
final class ChannelsScenario extends LoadScenario {
  @Override
  public String summary() {
    return "CPU and latency of a delivery, many channels, at a steady rate";
  }

  @Override
  Map<String, String> ownDefaults() {
    return Map.of(
        "channels", "100",
        "members", "100",
        "rate", "50",
        "publishers", "4",
        "transport", "websocket",
        "seconds", "10");
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
    return new OpenLoop(options.number("rate"));
  }

  /**
   * As fast as it goes: at the rate that is measured, a Java server would take an hour to compile
   * what it has compiled on any other day.
   */
  @Override
  Collection<Supplier<Pace>> warmUps(Options options) {
    return List.of(() -> new ClosedLoop(1));
  }

  @Override
  String describe(Options options) {
    return String.format(
        "%s channels of %s members over %s, %s messages a second in all",
        options.text("channels"),
        options.text("members"),
        options.text("transport"),
        options.text("rate"));
  }
}
