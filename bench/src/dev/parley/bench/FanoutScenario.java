package dev.parley.bench;

import dev.parley.bench.load.ClosedLoop;
import dev.parley.bench.load.Crowd;
import dev.parley.bench.load.Pace;
import dev.parley.bench.load.Transport;
import java.util.Map;

/** What one message to many costs: one channel, as fast as it goes. */
final class FanoutScenario extends LoadScenario {
  @Override
  public String summary() {
    return "deliveries a second of server CPU, one channel with many members, closed loop";
  }

  @Override
  Map<String, String> ownDefaults() {
    return Map.of("members", "1000", "window", "10", "transport", "websocket");
  }

  @Override
  Crowd.Shape shape(Options options) {
    return new Crowd.Shape(
        Transport.named(options.text("transport")),
        1,
        options.number("members"),
        1,
        options.number("payload"));
  }

  @Override
  Pace pace(Options options) {
    return new ClosedLoop(options.number("window"));
  }

  @Override
  String describe(Options options) {
    return String.format(
        "one channel, %s members over %s, %s messages under way at a time",
        options.text("members"), options.text("transport"), options.text("window"));
  }
}
