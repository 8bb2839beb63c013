package dev.parley.bench;

import dev.parley.bench.load.Site;
import dev.parley.bench.server.MessagingServer;
import java.util.function.DoubleSupplier;

/**
 * One row of a table: a system, and one way to use it.
 *
 * @param storeCpu seconds of processor time of what stands behind the server: a database, Redis
 */
record Contender(String name, MessagingServer server, Site site, DoubleSupplier storeCpu) {}
