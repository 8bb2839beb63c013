package dev.parley.bench;

import dev.parley.bench.load.ClosedLoop;
import dev.parley.bench.load.Crowd;
import dev.parley.bench.load.Pace;
import dev.parley.bench.load.Transport;
import java.util.Map;

/** Whether very many small messages reach one client in their order. */
final class FramesScenario extends LoadScenario {
  @Override
  public String summary() {
    return "very many small messages to one client, in order";
  }

  @Override
  Map<String, String> ownDefaults() {
    return Map.of(
        "messages", "50000",
        "window", "30",
        "transport", "websocket",
        "payload", "32",
        "rounds", "1",
        "seconds", "60",
        "warmup", "0");
  }

  @Override
  Crowd.Shape shape(Options options) {
    return new Crowd.Shape(
        Transport.named(options.text("transport")), 1, 1, 1, options.number("payload"));
  }

  @Override
  Pace pace(Options options) {
    return new ClosedLoop(options.number("window"), options.number("messages"));
  }

  @Override
  String describe(Options options) {
    return String.format(
        "%s messages to one client over %s, %s under way at a time",
        options.text("messages"), options.text("transport"), options.text("window"));
  }
}
