package dev.parley.bench.load;

import dev.parley.bench.measure.Latencies;

/** What has arrived since the last reset. The generator's thread only. */
final class Tally {
  int published;
  long deliveries;
  long duplicates;
  long reordered;
  long strays;
  long hangUps;
  String lastHangUp = "";
  long begin;
  long lastDelivery;
  Latencies latencies = new Latencies();

  void reset() {
    published = 0;
    deliveries = 0;
    duplicates = 0;
    reordered = 0;
    strays = 0;
    hangUps = 0;
    begin = System.nanoTime();
    lastDelivery = begin;
    latencies = new Latencies();
  }
}
