package dev.parley.bench;

import dev.parley.bench.load.ParleySite;
import dev.parley.bench.server.ParleyServer;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The connections that Parley believes to have, by its own gauge. */
final class OpenConnections {
  private static final int PATIENCE_SECONDS = 90;

  private final ParleyServer server;
  private final String admin;

  OpenConnections(ParleyServer server) {
    this.server = server;
    this.admin = ParleySite.token(server, "dave", "admin");
  }

  /** Waits until there are none; a stream that was cut is noticed with a heartbeat. */
  void awaitNone() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (describe().matches(".*[1-9].*") && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(500);
    }
  }

  /** How many of each transport. */
  String describe() {
    return server
        .get("/metrics", admin)
        .lines()
        .filter(line -> line.startsWith("parley_connections{"))
        .map(line -> line.replaceFirst(".*transport=\"([a-z]+)\".* ([0-9]+).*", "$1 $2"))
        .collect(Collectors.joining(", "));
  }
}
