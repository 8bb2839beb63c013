package dev.parley.bench;

import dev.parley.bench.load.Entrances;
import dev.parley.bench.load.ParleySite;
import dev.parley.bench.load.PeerSite;
import dev.parley.bench.load.Site;
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

/** The systems that are compared in one run, as the options name them. They are all up at once. */
final class Contenders implements AutoCloseable {
  private final Options options;
  private final Placement placement;
  private final List<Contender> all = new ArrayList<>();
  private final Deque<Measured> started = new ArrayDeque<>();

  private Contenders(Options options, Placement placement) {
    this.options = options;
    this.placement = placement;
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

  /** Starts them, one node each. */
  static Contenders start(Options options) {
    return start(options, Placement.ALONE);
  }

  /**
   * Starts them.
   *
   * @throws IllegalArgumentException when one of them cannot have so many nodes
   */
  static Contenders start(Options options, Placement placement) {
    Contenders contenders = new Contenders(options, placement);
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
    } else {
      addPeer(system);
    }
  }

  private void addPeer(String system) {
    if (placement.nodes() > 1 && !system.equals("socketio")) {
      throw new IllegalArgumentException(system + " knows nothing of other nodes");
    }
    List<String> arguments = new ArrayList<>();
    Map<String, Measured> stores = new LinkedHashMap<>();
    if (system.equals("socketio")) {
      arguments.add(redis(stores));
    }
    if (system.equals("ws") && !options.text("fault").equals("none")) {
      arguments.addAll(List.of("--fault", options.text("fault")));
    }
    List<PeerServer> nodes = new ArrayList<>();
    for (int i = 0; i < placement.nodes(); i++) {
      nodes.add(
          begun(PeerServer.start(system, placement.name(system, i), jvmOptions(), arguments)));
    }
    List<Site> sites = new ArrayList<>();
    nodes.forEach(node -> sites.add(PeerSite.of(system, node.port())));
    all.add(new Contender(system, nodes, entrances(sites), stores));
  }

  private void addParley(Variant variant) {
    Map<String, String> properties = ParleySettings.common();
    Map<String, Measured> stores = new LinkedHashMap<>();
    switch (options.text("database")) {
      case "h2" -> {
        if (placement.nodes() > 1) {
          throw new IllegalArgumentException("nodes share a database: --database postgresql");
        }
      }
      case "postgresql" -> {
        PostgresServer postgres = begun(PostgresServer.start("postgresql-" + variant.name()));
        properties.putAll(postgres.settings(variant.name().replaceAll("[^a-z0-9]", "_")));
        stores.put("PostgreSQL", postgres);
      }
      default ->
          throw new IllegalArgumentException("no such database: " + options.text("database"));
    }
    if (placement.nodes() > 1) {
      properties.put("parley.redis.url", redis(stores));
    }
    properties.putAll(variant.properties());
    List<ParleyServer> nodes = new ArrayList<>();
    for (int i = 0; i < placement.nodes(); i++) {
      String name = placement.name(variant.name(), i);
      nodes.add(begun(ParleyServer.start(name, variant.war(), jvmOptions(), properties)));
    }
    for (String channels : options.list("parley-channels")) {
      addChannels(variant.name(), channels, nodes, stores);
    }
  }

  private void addChannels(
      String name, String channels, List<ParleyServer> nodes, Map<String, Measured> stores) {
    String[] labelAndPrefix = channels.split("=", 2);
    if (labelAndPrefix.length != 2) {
      throw new IllegalArgumentException("not label=namespace:name: " + channels);
    }
    // Each node has a key of its own to make tokens with, so each has tokens of its own.
    List<Site> sites = new ArrayList<>();
    nodes.forEach(
        node -> sites.add(new ParleySite(node, labelAndPrefix[1], options.number("users"))));
    all.add(new Contender(name + " " + labelAndPrefix[0], nodes, entrances(sites), stores));
  }

  private Entrances entrances(List<Site> nodes) {
    return new Entrances(nodes.get(0), placement.members().stream().map(nodes::get).toList());
  }

  /** Starts a Redis for one system, and says its address. */
  private String redis(Map<String, Measured> stores) {
    RedisStore redis = begun(RedisStore.start());
    stores.put("Redis", redis);
    return "redis://127.0.0.1:" + redis.port();
  }

  private <T extends Measured> T begun(T server) {
    started.push(server);
    return server;
  }

  private List<String> jvmOptions() {
    return List.of(options.text("jvm").split(" ", -1));
  }

  @Override
  public void close() {
    while (!started.isEmpty()) {
      started.pop().close();
    }
  }
}
