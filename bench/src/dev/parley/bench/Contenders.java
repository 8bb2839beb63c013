package dev.parley.bench;

import dev.parley.bench.load.ParleySite;
import dev.parley.bench.load.PeerSite;
import dev.parley.bench.server.Measured;
import dev.parley.bench.server.ParleyServer;
import dev.parley.bench.server.PeerServer;
import dev.parley.bench.server.PostgresServer;
import dev.parley.bench.server.RedisStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** The systems that are compared in one run, as the options name them. They are all up at once. */
final class Contenders implements AutoCloseable {
  private final Options options;
  private final List<Contender> all = new ArrayList<>();
  private final Deque<Measured> started = new ArrayDeque<>();

  private Contenders(Options options) {
    this.options = options;
  }

  /** The options that say which there are, with their defaults. */
  static Map<String, String> defaults(String systems) {
    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("systems", systems);
    defaults.put("parley-channels", "durable=room:bench");
    defaults.put("variants", "parley");
    defaults.put("database", "h2");
    defaults.put("users", "200");
    defaults.put("jvm", "-Xmx1g -XX:+UseG1GC");
    defaults.put("fault", "none");
    return defaults;
  }

  /** Starts them. */
  static Contenders start(Options options) {
    Contenders contenders = new Contenders(options);
    try {
      for (String system : options.list("systems")) {
        contenders.add(system);
      }
      return contenders;
    } catch (RuntimeException e) {
      contenders.close();
      throw e;
    }
  }

  /** What the tables' captions say of them. */
  static String describe(Options options) {
    return "Parley on " + options.text("database") + "; Java servers with " + options.text("jvm");
  }

  List<Contender> all() {
    return all;
  }

  private void add(String system) {
    if (system.equals("parley")) {
      for (String text : options.text("variants").split(" ", -1)) {
        addParley(Variant.parse(text));
      }
      return;
    }
    List<String> arguments = new ArrayList<>();
    DoubleSupplier store = () -> 0;
    if (system.equals("socketio")) {
      RedisStore redis = RedisStore.start();
      started.push(redis);
      store = redis::cpu;
      arguments.add("redis://127.0.0.1:" + redis.port());
    }
    if (system.equals("ws") && !options.text("fault").equals("none")) {
      arguments.addAll(List.of("--fault", options.text("fault")));
    }
    PeerServer server = PeerServer.start(system, jvmOptions(), arguments);
    started.push(server);
    all.add(new Contender(system, server, PeerSite.of(system, server.port()), store));
  }

  private List<String> jvmOptions() {
    return List.of(options.text("jvm").split(" ", -1));
  }

  private void addParley(Variant variant) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("parley.dev.enabled", "true");
    for (String limit :
        List.of(
            "publish-per-second",
            "publish-burst",
            "publisher-per-second",
            "publisher-burst",
            "rooms-per-minute",
            "rooms-burst")) {
      properties.put("parley.ratelimit." + limit, "1000000");
    }
    // What is not stored is measured with live:<name>.
    properties.put("parley.channels.live.subscribe", "tenant");
    properties.put("parley.channels.live.publish", "tenant");
    properties.put("parley.channels.live.durable", "false");
    DoubleSupplier store = () -> 0;
    switch (options.text("database")) {
      case "h2" -> {}
      case "postgresql" -> {
        PostgresServer postgres = PostgresServer.start();
        started.push(postgres);
        properties.putAll(postgres.settings(variant.name().replaceAll("[^a-z0-9]", "_")));
        store = postgres::cpu;
      }
      default ->
          throw new IllegalArgumentException("no such database: " + options.text("database"));
    }
    properties.putAll(variant.properties());
    ParleyServer server =
        ParleyServer.start(variant.name(), variant.war(), jvmOptions(), properties);
    started.push(server);
    for (String channels : options.list("parley-channels")) {
      String[] labelAndPrefix = channels.split("=", 2);
      if (labelAndPrefix.length != 2) {
        throw new IllegalArgumentException("not label=namespace:name: " + channels);
      }
      ParleySite site = new ParleySite(server, labelAndPrefix[1], options.number("users"));
      all.add(new Contender(variant.name() + " " + labelAndPrefix[0], server, site, store));
    }
  }

  @Override
  public void close() {
    while (!started.isEmpty()) {
      started.pop().close();
    }
  }
}
