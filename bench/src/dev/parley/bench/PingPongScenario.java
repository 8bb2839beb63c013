package dev.parley.bench;

import dev.parley.bench.load.Crowd;
import dev.parley.bench.load.Pace;
import dev.parley.bench.load.PingPong;
import dev.parley.bench.load.Transport;
import java.util.Map;

/** What the way in costs: pairs that answer each other, each message reaching both. */
final class PingPongScenario extends LoadScenario {
  @Override
  public String summary() {
    return "messages a second of server CPU between pairs that answer each other";
  }

  @Override
  Map<String, String> ownDefaults() {
    return Map.of("channels", "500");
  }

  @Override
  Crowd.Shape shape(Options options) {
    return new Crowd.Shape(
        Transport.WEBSOCKET, options.number("channels"), 2, 0, options.number("payload"));
  }

  @Override
  Pace pace(Options options) {
    return new PingPong();
  }

  @Override
  String describe(Options options) {
    return options.text("channels") + " channels of two members who answer each other";
  }
}
