package dev.parley.bench;

import dev.parley.bench.load.Crowd;
import dev.parley.bench.measure.Cpu;
import dev.parley.bench.server.Measured;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one round has shown of one system. */
record LoadRound(Crowd.Outcome outcome, Spent cpu) {
  /** Seconds of processor time: of each node, of each store, and of the bench itself. */
  record Spent(List<Double> nodes, Map<String, Double> stores, double client) {
    /** Until now. */
    static Spent by(Contender one) {
      Map<String, Double> stores = new LinkedHashMap<>();
      one.stores().forEach((name, store) -> stores.put(name, store.cpu()));
      return new Spent(one.nodes().stream().map(Measured::cpu).toList(), stores, Cpu.self());
    }

    Spent since(Spent before) {
      List<Double> nodesSince = new ArrayList<>();
      for (int i = 0; i < nodes.size(); i++) {
        nodesSince.add(nodes.get(i) - before.nodes.get(i));
      }
      Map<String, Double> storesSince = new LinkedHashMap<>();
      stores.forEach(
          (name, now) -> storesSince.put(name, now - before.stores.getOrDefault(name, 0.0)));
      return new Spent(nodesSince, storesSince, client - before.client);
    }
  }

  double perSecond(long count) {
    return (double) count / outcome.seconds();
  }

  /** Of all nodes together. */
  double serverCpu() {
    return cpu.nodes().stream().mapToDouble(node -> node).sum();
  }

  /** Of all stores together. */
  double storeCpu() {
    return cpu.stores().values().stream().mapToDouble(store -> store).sum();
  }

  /** Of one store; not a number where there is none of this name. */
  double storeCpu(String name) {
    return cpu.stores().getOrDefault(name, Double.NaN);
  }

  double messagesPerCpu() {
    return outcome.published() / serverCpu();
  }

  double deliveriesPerCpu() {
    return outcome.deliveries() / serverCpu();
  }

  /** Processor time for one delivery, in microseconds. */
  double micros(double seconds) {
    return seconds * 1e6 / outcome.deliveries();
  }

  /** The latency that this share of the deliveries did not exceed. */
  double millis(double quantile) {
    return outcome.latencies().micros(quantile) / 1000;
  }
}
